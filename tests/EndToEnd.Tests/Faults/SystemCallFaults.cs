using MultiNet.EndToEnd.Tests.Differential;

namespace MultiNet.EndToEnd.Tests.Faults;

/// <summary>
/// Every system call of a kind fails in turn: the first in the first run, the second in the second, until a run has no more of them.
/// strace makes them fail, in the plugin as it is published; nothing in the product knows of it.
/// </summary>
internal static class SystemCallFaults
{
    // The one fault that ends the process: a thread that cannot come back from another namespace must do nothing more.
    private const string Stranded = "cannot return to the own network namespace";

    private const string Trace = "/run/.node/faults";

    // A plugin has some dozens of calls of a kind; more than this is a loop that waits for success.
    private const int Limit = 400;

    /// <summary>The kinds, and the error each gets.</summary>
    public static IReadOnlyList<(string Calls, string Error)> Kinds { get; } =
    [
        ("sendto,sendmsg", "ENOBUFS"),
        ("socket", "EMFILE"),
        ("setns", "EPERM"),
        ("ioctl", "EPERM"),
        ("rename,renameat,renameat2,link,linkat,symlink,symlinkat", "ENOSPC"),
        ("mkdir,mkdirat", "EACCES"),
        ("flock", "ENOLCK"),
        ("pipe2", "EMFILE"),
    ];

    /// <summary>Networks and kinds.</summary>
    public static TheoryData<string, string> Table(bool inVm)
    {
        var table = new TheoryData<string, string>();
        foreach (var network in DifferentialCases.Faulty.Where(c => c.NeedsVm == inVm))
        {
            // Emulation is slow, and what is not a step of the kernel is the same code for networks that need no virtual machine.
            foreach (var (calls, _) in inVm ? Kinds.Take(1) : Kinds)
            {
                table.Add(network.Name, calls);
            }
        }

        return table;
    }

    /// <summary>ADD: either it succeeds all the same, or it leaves nothing, before any DEL.</summary>
    public static async Task AddMustLeaveNothingAsync(string name, string calls)
    {
        await using var network = await AttachedNetwork.StartAsync(name);
        for (var n = 1; n < Limit; n++)
        {
            var answer = await network.AddAsync(Tracer(calls, n));
            bool injected = Injected(network);
            var when = $"after ADD with {calls} no. {n} failing ({answer.Output})";
            if (answer.Succeeded)
            {
                (await network.DelAsync(answer.Json)).MustSucceed();
                when += " and DEL";
            }
            else if (answer.Stderr.Contains(Stranded, StringComparison.Ordinal))
            {
                (await network.DelAsync(null)).MustSucceed();
                when += " and DEL";
            }
            else
            {
                Assert.True(injected, $"ADD failed without a fault: {answer}");
                answer.MustFail();
            }

            await network.MustHaveLeftNothingAsync(when);
            if (!injected)
            {
                return;
            }
        }

        Assert.Fail($"more than {Limit} calls of the kind {calls}");
    }

    /// <summary>DEL: either it succeeds and has left nothing, or it says that it failed, and the next one leaves nothing.</summary>
    public static async Task DelMustBeRepeatableAsync(string name, string calls)
    {
        await using var network = await AttachedNetwork.StartAsync(name);
        for (var n = 1; n < Limit; n++)
        {
            var result = (await network.AddAsync()).MustSucceed().Json;
            var answer = await network.DelAsync(result, Tracer(calls, n));
            bool injected = Injected(network);
            var when = $"after DEL with {calls} no. {n} failing ({answer.Output})";
            if (!answer.Succeeded)
            {
                Assert.True(injected, $"DEL failed without a fault: {answer}");
                Assert.True(answer.Stderr.Contains(Stranded, StringComparison.Ordinal) || answer.MustFail() is not null);
                (await network.DelAsync(result)).MustSucceed();
                when += " and another DEL";
            }

            await network.MustHaveLeftNothingAsync(when);
            if (!injected)
            {
                return;
            }
        }

        Assert.Fail($"more than {Limit} calls of the kind {calls}");
    }

    // Only the first thread, on which plugins work: not those of the runtime, and not the programs that are started, whose own faults are
    // not ours to test.
    private static IReadOnlyList<string> Tracer(string calls, int n) =>
    [
        "strace", "-qqq", "-o", Trace, "-e", $"trace={calls}", "-e", $"inject={calls}:error={Kinds.Single(k => k.Calls == calls).Error}:when={n}",
    ];

    private static bool Injected(AttachedNetwork network) => network.Node.Read(Trace).Contains("(INJECTED)", StringComparison.Ordinal);
}
