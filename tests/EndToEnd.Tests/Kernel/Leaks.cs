using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Kernel;

/// <summary>The proof that an attachment, once released, has left nothing.</summary>
internal static class Leaks
{
    // The kernel ends a network namespace, and with it the node's end of a veth, after its last user has gone.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The node's state must be what it was: no interface, address, rule, reservation or file more or less.</summary>
    /// <param name="node">The node.</param>
    /// <param name="before">What was.</param>
    /// <param name="when">After what, for the message.</param>
    /// <param name="shared">What belongs to no pod and stays: facts that contain this text.</param>
    /// <param name="onlyMore">True where something was removed on purpose: then only what is there in addition counts.</param>
    public static async Task MustBeNoneAsync(NodeSandbox node, KernelState before, string when = "", string? shared = null, bool onlyMore = false)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var difference = KernelState.Difference(Lasting(before.Lines, shared), Lasting((await KernelState.TakeAsync(node)).Lines, shared));
            if (onlyMore)
            {
                difference = string.Join('\n', difference.Split('\n').Where(l => l.StartsWith("+ ", StringComparison.Ordinal)));
            }

            if (difference.Length == 0)
            {
                return;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"left behind {when}:\n{difference}");
        }
    }

    // What changes with every attachment and is no leak: where host-local continues, files that serve as locks, and the state of a
    // bridge that has no port any more.
    private static IEnumerable<string> Lasting(IReadOnlyList<string> lines, string? shared) => lines.Where(line =>
        !line.Contains("/last_reserved_ip.", StringComparison.Ordinal)
        && !(line.StartsWith("file ", StringComparison.Ordinal) && line.Split(" = ")[0].EndsWith("lock", StringComparison.Ordinal))
        && !(shared is not null && line.Contains(shared, StringComparison.Ordinal))
        && !line.Contains(".operstate = ", StringComparison.Ordinal)
        // Which member of a bond is at work.
        && !line.Contains(".active_slave = ", StringComparison.Ordinal)
        && !line.Contains(".info_slave_data.state = ", StringComparison.Ordinal)
        && !line.Contains(".link_failure_count = ", StringComparison.Ordinal)
        && !line.Contains(".mii_status = ", StringComparison.Ordinal)
        // The kernel makes the local route of an IPv6 address when it comes to it, after the address, which is a line of its own.
        && !line.Contains("protocol: kernel, table: local, type: local", StringComparison.Ordinal)
        && !line.Contains(".flags[", StringComparison.Ordinal)
        // The kernel makes this rule with the first VRF of a namespace, and keeps it.
        && !line.Contains("{l3mdev: null, priority: 1000", StringComparison.Ordinal)
        && !IsIndexOfAReservation(line, lines));

    // host-local's index may name the owner of a reservation that stands, whoever made it.
    private static bool IsIndexOfAReservation(string line, IReadOnlyList<string> lines)
    {
        var parts = line.Split(["/.owners/", " = link to "], StringSplitOptions.None);
        return parts.Length == 3 && lines.Any(l => l.StartsWith($"{parts[0]}/{parts[2]} = ", StringComparison.Ordinal));
    }
}
