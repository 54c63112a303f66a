using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Portmap;

/// <summary>
/// A host with the bridge br0 (10.88.0.1/16, fd00:88::1/64) and a client beside it (192.0.2.7, fd00:2::7; the host is 192.0.2.1, fd00:2::1).
/// Pods are attached to the bridge, as an earlier plugin of the chain would have done: the first has 10.88.0.2 and fd00:88::2.
/// </summary>
public sealed class PortmapNode : IDisposable
{
    private readonly List<TestNode.Pod> _pods = [];

    public PortmapNode()
    {
        Node.OnHost("ip", "link add br0 type bridge");
        Node.OnHost("ip", "address add 10.88.0.1/16 dev br0");
        Node.OnHost("ip", "address add fd00:88::1/64 dev br0 nodad");
        Node.OnHost("ip", "link set br0 up");
    }

    public TestNode Node { get; } = new();

    public void Dispose() => Node.Dispose();

    /// <summary>A pod with its addresses.</summary>
    public TestNode.Pod AddPod()
    {
        var pod = Node.AddPod();
        _pods.Add(pod);
        string host = $"port{_pods.Count}";
        Node.OnHost("ip", $"link add {host} master br0 type veth peer name eth0 netns {pod.Path}");
        Node.OnHost("ip", $"link set {host} up");
        pod.Exec("ip", $"address add {Address(pod, ipv4: true)} dev eth0");
        pod.Exec("ip", $"address add {Address(pod, ipv4: false)} dev eth0 nodad");
        pod.Exec("ip", "link set eth0 up");
        pod.Exec("ip", "link set lo up");
        pod.Exec("ip", "route add default via 10.88.0.1");
        pod.Exec("ip", "-6 route add default via fd00:88::1");
        return pod;
    }

    public string Address(TestNode.Pod pod, bool ipv4) => ipv4 ? $"10.88.0.{_pods.IndexOf(pod) + 2}/16" : $"fd00:88::{_pods.IndexOf(pod) + 2}/64";

    /// <summary>A configuration as the runtime passes it.</summary>
    /// <param name="pod">The pod whose addresses are in prevResult.</param>
    /// <param name="backend">The backend; empty: not said.</param>
    /// <param name="ports"><c>8080:80/tcp</c>, with a host address: <c>192.0.2.1 8080:80/tcp</c>.</param>
    /// <param name="keys">Other keys, with a comma behind.</param>
    /// <param name="network">The network.</param>
    /// <param name="families">4, 6 or 46: the addresses in prevResult.</param>
    /// <param name="ifName">The interface in prevResult.</param>
    public string Config(
        TestNode.Pod pod, string backend = "", string[]? ports = null, string keys = "", string network = "net", string families = "46", string ifName = "eth0")
    {
        string ips = string.Join(',', families.Select(f => $$"""{"address":"{{Address(pod, f == '4')}}","interface":0}"""));
        string mappings = string.Join(',', (ports ?? ["8080:80/tcp"]).Select(Mapping));
        string choice = backend.Length > 0 ? $"\"backend\":\"{backend}\"," : "";
        return $$$"""
            {"cniVersion":"1.1.0","name":"{{{network}}}","type":"portmap",{{{keys}}}{{{choice}}}
            "runtimeConfig":{"portMappings":[{{{mappings}}}]},
            "prevResult":{"cniVersion":"1.1.0","interfaces":[{"name":"{{{ifName}}}","sandbox":"{{{pod.Path}}}"}],"ips":[{{{ips}}}]}}
            """;
    }

    public CniResult Add(TestNode.Pod pod, string config, string ifName = "eth0") => Node.Add(config, pod, ifName);

    public void Del(TestNode.Pod pod, string config, string ifName = "eth0") => Node.Call(CniVerb.Del, config, pod, ifName);

    public string Nft() => Node.OnHost("nft", "list ruleset");

    public string Iptables(bool ipv4 = true) => Node.OnHost(ipv4 ? "iptables-save" : "ip6tables-save", "-t nat");

    /// <summary>All rules that lead to containers, of whatever backend: nothing but what is shared is left when they are gone.</summary>
    public IReadOnlyList<string> RulesOfContainers() =>
    [
        .. (Node.OnHost("nft", "-s list ruleset") + Iptables() + Iptables(ipv4: false)).Split('\n').Select(line => line.Trim())
            .Where(line => line.Contains("CNI-DN-") || line.Contains("dnat to") || (line.Contains("masquerade") && line.Contains("saddr"))),
    ];

    public string[] Records() => Directory.Exists(Node.RecordsFolder) ? [.. Directory.GetFiles(Node.RecordsFolder, "*", SearchOption.AllDirectories)] : [];

    private static string Mapping(string text)
    {
        string hostIP = text.Contains(' ') ? text.Split(' ')[0] : "";
        string[] parts = text.Split(' ')[^1].Split(':', '/');
        return $$"""{"hostPort":{{parts[0]}},"containerPort":{{parts[1]}},"protocol":"{{parts[2]}}","hostIP":"{{hostIP}}"}""";
    }
}
