using System.Text.RegularExpressions;

namespace MultiNet.EndToEnd.Tests.Differential;

/// <summary>Facts in which MultiNet differs from the reference plugins on purpose. docs/differences.md says the same to users.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Lines">The facts, as a regular expression for a line of a <see cref="Kernel.KernelState"/> or a result.</param>
internal sealed record KnownDifference(string Reason, string Lines)
{
    private static readonly IReadOnlyList<KnownDifference> All =
    [
        new("host-local keeps an index of owners, so that DEL need not read every reservation", @"^file .*/\.owners/"),
        new("IPv6 addresses are there at once: they are added without duplicate address detection, which the reference waits for", @"\.nodad = true$"),
        new("the node's end of a veth has the kernel's queue length; the reference's netlink library makes it 0", @"^host link <veth of [^>]*>\.txqlen = "),
        new("a bridge keeps its MAC; the reference's one has that of its lowest port, and none without ports", @"^host link (cni0|br-[a-z]+)\.address = (00:00:00:00:00:00|<mac of (cni0|br-[a-z]+)>)$"),
        new("tuning's backup says whose it is, so that GC can tell, and has kernel parameters, which the reference does not restore", @"^file /run/.*\.json\.(network|containerID|ifname|sysctl\..*) = "),
        new("the interfaces that MultiNet attached to a pod are a link group, so that DEL removes them in one message", @"^pod\d+ link \S+\.group = (default|\d+)$"),
        new("a bridge that has lost its last port learns of it when the kernel comes to it; promiscuity is a fact of its own", @"^host link cni0\.(flags\[\d+\]|operstate) = "),
        new("MultiNet's own state", "^file (/run/cni/multinet|/var/lib/cni/(multinet|multus))/"),
        new("host-device makes a device what it was before: up, with its addresses and alias; the reference leaves it down and without", @"^host (link|address|route6?|sysctl|bridge-link) .*\b(kept0|192\.0\.2\.)"),
        new("the end of a wire whose other end is down is DOWN or LOWERLAYERDOWN, as it comes", @"^host link wire0\.operstate = "),
        new("the reference's netlink library makes the redirection twice; the second is never reached", @"^(host|pod\d+) filter .*\.actions\[1\]\."),
        new("results of CNI 1.1.0 tell the MTU of each interface", @"^result\.interfaces\[\d+\]\.mtu = "),
    ];

    /// <summary>The facts that must be equal.</summary>
    /// <param name="lines">All facts.</param>
    /// <param name="more">Others that may differ, as <see cref="Lines"/>; "" for none.</param>
    public static IEnumerable<string> Without(IEnumerable<string> lines, string more = "") => lines.Where(
        line => !All.Any(known => Regex.IsMatch(line, known.Lines, RegexOptions.NonBacktracking))
            && (more.Length == 0 || !Regex.IsMatch(line, more, RegexOptions.NonBacktracking)));
}
