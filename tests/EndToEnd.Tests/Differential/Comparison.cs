using System.Text.RegularExpressions;
using MultiNet.EndToEnd.Tests.Kernel;
using MultiNet.EndToEnd.Tests.Node;
using MultiNet.EndToEnd.Tests.Runtime;

namespace MultiNet.EndToEnd.Tests.Differential;

/// <summary>Runs a network by the reference plugins and by MultiNet's: same results, same kernel state, same files.</summary>
internal static partial class Comparison
{
    // How long two nodes may take to come to the same state: duplicate address detection takes 1 to 2 s.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    private const int Looks = 5;

    /// <summary>Attaches, checks and detaches.</summary>
    public static async Task MustBeTheSameAsync(string name)
    {
        var network = DifferentialCases.All.Single(c => c.Name == name);
        await using var expected = await StartAsync(network);
        await using var actual = await StartAsync(network);
        var reference = new ConfListRuntime(expected, NodeSandbox.ReferenceBin);
        var ours = new ConfListRuntime(actual, UnderTest);

        var results = new List<(PluginAnswer Reference, PluginAnswer Ours)>();
        for (var pod = 1; pod <= network.Pods; pod++)
        {
            results.Add((
                (await reference.AddAsync(network.List, network.Attachment(pod))).MustSucceed(),
                (await ours.AddAsync(network.List, network.Attachment(pod))).MustSucceed()));
        }

        var (expectedState, actualState) = await MustBecomeEqualAsync("after ADD", expected, actual, network.Configured, network.Differs);
        foreach (var (expectedResult, actualResult) in results.Where(_ => network.Results))
        {
            MustBeEqual("the result", Facts(expectedResult, expectedState), Facts(actualResult, actualState));
        }

        for (var pod = 1; pod <= network.Pods && Version.Parse(network.CniVersion) >= new Version(0, 4); pod++)
        {
            if (network.Checks)
            {
                (await reference.CheckAsync(network.List, network.Attachment(pod))).MustSucceed();
            }

            if (network.Checks || !AgainstItself)
            {
                (await ours.CheckAsync(network.List, network.Attachment(pod))).MustSucceed();
            }
        }

        for (var pod = 1; pod <= network.Pods; pod++)
        {
            var expectedAnswer = await reference.DelAsync(network.List, network.Attachment(pod));
            if (network.Deletes)
            {
                expectedAnswer.MustSucceed();
            }

            var actualAnswer = await ours.DelAsync(network.List, network.Attachment(pod));
            if (network.Deletes || !AgainstItself)
            {
                actualAnswer.MustSucceed();
            }

            await MustBecomeEqualAsync($"after DEL of pod {pod}", expected, actual, network.Configured, network.Differs);
            var again = await ours.DelAsync(network.List, network.Attachment(pod));
            Assert.True(again.Succeeded || AgainstItself, $"the second DEL: {again}");
        }
    }

    /// <summary>Attaches what cannot be attached.</summary>
    public static async Task MustFailTheSameAsync(string name)
    {
        var network = DifferentialCases.Failing.Single(c => c.Name == name);
        await using var expected = await StartAsync(network);
        await using var actual = await StartAsync(network);
        var reference = new ConfListRuntime(expected, NodeSandbox.ReferenceBin);
        var ours = new ConfListRuntime(actual, UnderTest);

        var before = await KernelState.TakeAsync(actual);
        var expectedError = (await reference.AddAsync(network.List, network.Attachment(1))).MustFail();
        var actualError = (await ours.AddAsync(network.List, network.Attachment(1))).MustFail();

        Assert.Equal(Message(network.Message ?? expectedError.ErrorMessage), Message(actualError.ErrorMessage));
        // The reference's 999 says no more than that it is an error; where the specification has a code for it, ours is that.
        Assert.True(expectedError.ErrorCode == actualError.ErrorCode || expectedError.ErrorCode == 999, $"code {actualError.ErrorCode} for {expectedError}");

        if (network.List["plugins"]!.AsArray().Count > 1)
        {
            // A plugin before the one that failed has done its work, and the runtime calls DEL.
            await ours.DelAsync(network.List, network.Attachment(1));
        }

        await Leaks.MustBeNoneAsync(actual, before, "after the failed ADD", shared: "cni0");
    }

    // DIFFERENTIAL_BIN=/opt/cni/reference compares the reference with itself: the test of this test.
    private static string UnderTest => Environment.GetEnvironmentVariable("DIFFERENTIAL_BIN") ?? NodeSandbox.BuiltInBin;

    private static bool AgainstItself => UnderTest == NodeSandbox.ReferenceBin;

    private static async Task<NodeSandbox> StartAsync(DifferentialCase network)
    {
        var node = await NodeSandbox.StartAsync();
        for (var pod = 1; pod <= network.Pods; pod++)
        {
            await node.AddPodAsync($"pod{pod}");
        }

        await node.ShellAsync(network.Prepare);
        return node;
    }

    private static IEnumerable<string> Facts(PluginAnswer answer, KernelState state)
    {
        var result = answer.Json;
        foreach (var link in result["interfaces"]?.AsArray() ?? [])
        {
            // A bridge without an address has the MAC of one of its ports, now this and now that.
            if (link!["sandbox"] is null && link["mac"] is { } mac && link["name"]!.GetValue<string>() is var name && state.Tokens.NameOf(name) == name)
            {
                link["mac"] = state.Tokens.OwnMac(mac.GetValue<string>(), name);
            }
        }

        return CanonicalJson.Leaves(result, "result").Select(state.Tokens.Replace);
    }

    private static string Message(string message) => RandomName().Replace(message, "<veth>").Replace(NodeSandbox.ReferenceBin, UnderTest, StringComparison.Ordinal);

    [GeneratedRegex("veth[0-9a-f]{8}")]
    private static partial Regex RandomName();

    /// <summary>Waits until two nodes have the same state, except for the known differences.</summary>
    internal static async Task<(KernelState Expected, KernelState Actual)> MustBecomeEqualAsync(
        string when, NodeSandbox expected, NodeSandbox actual, string configured, string differs = "")
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var time = 1; ; time++)
        {
            var states = (await KernelState.TakeAsync(expected, configured), await KernelState.TakeAsync(actual, configured));
            var difference = KernelState.Difference(KnownDifference.Without(states.Item1.Lines, differs), KnownDifference.Without(states.Item2.Lines, differs));
            if (difference.Length == 0)
            {
                return states;
            }

            // On a busy machine that emulates another one, a look may take as long as the kernel has to settle.
            if (time >= Looks && TimeProvider.System.GetElapsedTime(started) > Settling)
            {
                Assert.Fail($"{when} (- reference only, + MultiNet only):\n{difference}");
            }
        }
    }

    private static void MustBeEqual(string what, IEnumerable<string> expected, IEnumerable<string> actual)
    {
        var difference = KernelState.Difference(KnownDifference.Without(expected), KnownDifference.Without(actual));
        Assert.True(difference.Length == 0, $"{what} (- reference only, + MultiNet only):\n{difference}");
    }
}
