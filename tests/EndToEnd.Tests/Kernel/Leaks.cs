using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Kernel;

/// <summary>The proof that an attachment, once released, has left nothing.</summary>
internal static class Leaks
{
    // The kernel ends a network namespace, and with it the node's end of a veth, after its last user has gone.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The node's state must be what it was: no interface, address, rule, reservation or file more or less.</summary>
    public static async Task MustBeNoneAsync(NodeSandbox node, KernelState before, string when = "")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var difference = KernelState.Difference(Lasting(before.Lines), Lasting((await KernelState.TakeAsync(node)).Lines));
            if (difference.Length == 0)
            {
                return;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"left behind {when}:\n{difference}");
        }
    }

    // What changes with every attachment and is no leak: where host-local continues, files that serve as locks, the files of
    // containerd, and the state of a bridge that has no port any more.
    private static IEnumerable<string> Lasting(IEnumerable<string> lines) => lines.Where(line =>
        !line.Contains("/last_reserved_ip.", StringComparison.Ordinal)
        && !(line.StartsWith("file ", StringComparison.Ordinal) && line.Split(" = ")[0].EndsWith("lock", StringComparison.Ordinal))
        && !line.StartsWith("file /run/containerd", StringComparison.Ordinal)
        && !line.Contains(".operstate = ", StringComparison.Ordinal)
        && !line.Contains(".flags[", StringComparison.Ordinal)
        && !line.Contains("linkdown", StringComparison.Ordinal));
}
