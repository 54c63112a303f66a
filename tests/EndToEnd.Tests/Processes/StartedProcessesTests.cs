using System.Text.RegularExpressions;
using MultiNet.EndToEnd.Tests.Faults;

namespace MultiNet.EndToEnd.Tests.Processes;

/// <summary>
/// What a plugin starts, as strace sees it: nothing when there is nothing to do, else at most one process that reads and one that changes for
/// each family.
/// </summary>
public sealed partial class StartedProcessesTests
{
    private const string Trace = "/run/.node/started";

    [Theory]
    [InlineData("bridge")]
    [InlineData("bridge isGateway dual stack")]
    [InlineData("bridge ipMasq nftables dual stack")]
    [InlineData("bridge macspoofchk")]
    [InlineData("ptp ipMasq nftables dual stack")]
    [InlineData("tuning everything with dataDir")]
    public async Task Nothing_IsStarted(string network)
    {
        var (add, del, again) = await StartedAsync(network);

        Assert.Empty(add);
        Assert.Empty(del);
        // Where nothing is found and nothing recorded any more, rules of the other backend may be there.
        if (!network.Contains("ipMasq", StringComparison.Ordinal))
        {
            Assert.Empty(again);
        }
    }

    [Theory]
    [InlineData("bridge ipMasq iptables", "iptables-restore")]
    [InlineData("bridge ipMasq iptables dual stack", "iptables-restore ip6tables-restore")]
    [InlineData("ptp ipMasq iptables dual stack", "iptables-restore ip6tables-restore")]
    public async Task Masquerading_StartsOneProcessForEachFamily(string network, string started)
    {
        var (add, del, _) = await StartedAsync(network);

        Assert.Equal(started.Split(' '), add);
        Assert.Equal(started.Split(' '), del);
    }

    [Theory]
    [InlineData("firewall two pods", "iptables")]
    [InlineData("firewall IPv6", "ip6tables")]
    [InlineData("firewall isolated dual stack", "iptables ip6tables")]
    public async Task Firewall_StartsTwoProcessesForEachFamily(string network, string families)
    {
        var (add, del, again) = await StartedAsync(network);

        Assert.Equal(families.Split(' ').SelectMany(f => new[] { $"{f}-save", $"{f}-restore" }), add);
        Assert.Equal(families.Split(' ').SelectMany(f => new[] { $"{f}-save", $"{f}-restore" }), del);
        // Only looks.
        Assert.Equal(families.Split(' ').Select(f => $"{f}-save"), again);
    }

    // The names of the programs that ADD, DEL and a second DEL of the last plugin of a network start.
    private static async Task<(IReadOnlyList<string> Add, IReadOnlyList<string> Del, IReadOnlyList<string> Again)> StartedAsync(string name)
    {
        await using var network = await AttachedNetwork.StartAsync(name);
        string[] tracer = ["strace", "--follow-forks", "-qqq", "-o", Trace, "-e", "trace=execve,execveat", "-e", "signal=none"];
        var result = (await network.AddAsync(tracer)).MustSucceed().Json;
        var add = Started(network.Node.Read(Trace));
        (await network.DelAsync(result, tracer)).MustSucceed();
        var del = Started(network.Node.Read(Trace));
        (await network.DelAsync(result, tracer)).MustSucceed();
        return (add, del, Started(network.Node.Read(Trace)));
    }

    // The first one is the plugin itself.
    private static IReadOnlyList<string> Started(string trace)
    {
        var programs = Program().Matches(trace).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(programs);
        return programs[1..];
    }

    [GeneratedRegex("""execve(?:at)?\([^"]*"(?:[^"]*/)?([^"/]+)".* = 0""")]
    private static partial Regex Program();
}
