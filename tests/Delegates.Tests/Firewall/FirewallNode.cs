using System.Text;
using MultiNet.Cni;
using MultiNet.Delegates.Firewall;
using MultiNet.Delegates.Tests.Iptables;

namespace MultiNet.Delegates.Tests.Firewall;

/// <summary>A node on which the firewall plugin runs with the tools and the message bus of the test.</summary>
internal sealed class FirewallNode : IDisposable
{
    /// <summary>What a bridge plugin before it returns.</summary>
    public const string PrevResult = """
        {"cniVersion":"1.0.0","interfaces":[{"name":"cni0"},{"name":"veth1"},{"name":"eth0","sandbox":"/pod"}],
         "ips":[{"address":"10.88.0.2/16","interface":2},{"address":"fd00:88::2/64","interface":2}]}
        """;

    private readonly string _tools;

    /// <param name="kind"><c>nft</c> or <c>legacy</c>.</param>
    public FirewallNode(string kind = "nft")
    {
        Kind = kind;
        _tools = IptablesFolder.Of(Node, kind);
    }

    public TestNode Node { get; } = new();

    public string Kind { get; }

    /// <summary>Where the tools are; a test may put others there.</summary>
    public string Tools => _tools;

    /// <summary>The message bus; nobody listens there if the test does not.</summary>
    public string Bus { get; set; } = "unix:path=/nowhere/bus";

    public void Dispose() => Node.Dispose();

    /// <summary>A configuration with more keys: <c>"backend": "iptables"</c>.</summary>
    public static string Config(string keys = "", string? prevResult = PrevResult, string network = "net", string version = "1.0.0") =>
        $$"""{"cniVersion":"{{version}}","name":"{{network}}","type":"firewall"{{(keys.Length > 0 ? "," + keys : "")}}{{(prevResult is null ? "" : $",\"prevResult\":{prevResult}")}}}""";

    /// <summary>A result with these addresses, on a bridge.</summary>
    public static string Result(string bridge, params string[] addresses) =>
        $$"""{"cniVersion":"1.0.0","interfaces":[{"name":"{{bridge}}"},{"name":"eth0","sandbox":"/pod"}],"ips":[{{string.Join(',', addresses.Select(a => $"{{\"address\":\"{a}\",\"interface\":1}}"))}}]}""";

    public CniResult? Call(CniVerb verb, string config, string container = "c1", string ifName = "eth0")
    {
        bool attaches = verb is not (CniVerb.Gc or CniVerb.Status);
        var call = new CniCall
        {
            Verb = verb, ContainerId = attaches ? container : "", IfName = attaches ? ifName : "", NetNs = attaches ? "/pod" : "", Config = Encoding.UTF8.GetBytes(config), Path = ["/nowhere"],
        };
        return Node.Host.Run(() =>
        {
            using var kernel = new NodeKernel { RecordsFolder = Node.RecordsFolder };
            return PluginHost.Invoke(new FirewallPlugin(kernel, Bus, _tools), call, Node.Ipam);
        });
    }

    /// <summary>Chains and rules of the filter table that are not there at the beginning.</summary>
    public string Save(bool ipv4 = true) => string.Join('\n', Node.OnHost($"{(ipv4 ? "iptables" : "ip6tables")}-{Kind}-save", "-t filter").Split('\n')
        .Where(line => line.StartsWith("-A", StringComparison.Ordinal) || line.StartsWith(":CNI", StringComparison.Ordinal)));

    public void Iptables(string arguments, bool ipv4 = true) => Node.OnHost($"{(ipv4 ? "iptables" : "ip6tables")}-{Kind}", arguments);

    public IReadOnlyList<string> Records => Directory.Exists(Node.RecordsFolder)
        ? [.. Directory.EnumerateFiles(Node.RecordsFolder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Node.RecordsFolder, f)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Replaces a tool by a script.</summary>
    public void Replace(string tool, string script)
    {
        string path = Path.Combine(_tools, tool);
        File.Delete(path);
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    /// <summary>Puts the tool back.</summary>
    public void Repair(string tool)
    {
        File.Delete(Path.Combine(_tools, tool));
        IptablesFolder.Of(Node, Kind);
    }
}
