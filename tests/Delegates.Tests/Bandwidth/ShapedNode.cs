using System.Globalization;
using System.Text.Json;
using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Bandwidth;

/// <summary>A node with pods whose interface is limited, and tc to look at what came of it.</summary>
internal sealed class ShapedNode : IDisposable
{
    public const string Both = "\"ingressRate\":8000000,\"ingressBurst\":1600000,\"egressRate\":16000000,\"egressBurst\":2400000";

    public TestNode Node { get; } = new();

    public void Dispose() => Node.Dispose();

    /// <summary>A pod with a veth pair, whose host end is <c>veth-NAME</c>, and addresses at both ends.</summary>
    public TestNode.Pod AddVethPod(string ifName = "eth0", TestNode.Pod? pod = null, int subnet = 1)
    {
        pod ??= Node.AddPod();
        string host = HostEnd(pod, ifName);
        Node.OnHost("ip", $"link add name {host} type veth peer name tmp0");
        Node.OnHost("ip", $"link set dev tmp0 netns {pod.Path} name {ifName}");
        Node.OnHost("ip", $"addr add 10.{subnet}.0.1/24 dev {host}");
        Node.OnHost("ip", $"link set dev {host} mtu 1400 up");
        pod.Exec("ip", $"addr add 10.{subnet}.0.2/24 dev {ifName}");
        pod.Exec("ip", $"link set dev {ifName} mtu 1400 up");
        return pod;
    }

    /// <summary>
    /// A pod whose interface is no veth: a bridge with one end of a pair as its port. On the host the other end, <c>veth-NAME</c>.
    /// </summary>
    public TestNode.Pod AddOtherPod(string ifName = "eth0")
    {
        var pod = Node.AddPod();
        string host = HostEnd(pod, ifName);
        Node.OnHost("ip", $"link add name {host} type veth peer name tmp0");
        Node.OnHost("ip", $"link set dev tmp0 netns {pod.Path} name port0");
        Node.OnHost("ip", $"addr add 10.1.0.1/24 dev {host}");
        Node.OnHost("ip", $"link set dev {host} up");
        pod.Exec("ip", $"link add name {ifName} type bridge");
        pod.Exec("ip", $"link set dev port0 master {ifName} up");
        pod.Exec("ip", $"addr add 10.1.0.2/24 dev {ifName}");
        pod.Exec("ip", $"link set dev {ifName} up");
        return pod;
    }

    /// <summary>
    /// A pod whose interface is made on another one of the host: the pair <c>wire0</c> with 10.1.0.1 and <c>wire1</c> is the network below.
    /// </summary>
    /// <param name="kind">The kind as ip names it, with its options.</param>
    public TestNode.Pod AddPodOn(string kind)
    {
        var pod = Node.AddPod();
        Node.OnHost("ip", "link add name wire0 type veth peer name wire1");
        Node.OnHost("ip", "link set dev wire1 up");
        Node.OnHost("ip", "link set dev wire0 up");
        string below = "wire0";
        if (kind.StartsWith("vlan", StringComparison.Ordinal))
        {
            below = "tagged0";
            Node.OnHost("ip", $"link add link wire0 name {below} type {kind}");
            Node.OnHost("ip", $"link set dev {below} up");
        }
        Node.OnHost("ip", $"addr add 10.1.0.1/24 dev {below}");
        Node.OnHost("ip", $"link add link wire1 name tmp0 type {kind}");
        Node.OnHost("ip", $"link set dev tmp0 netns {pod.Path} name eth0");
        pod.Exec("ip", "addr add 10.1.0.2/24 dev eth0");
        pod.Exec("ip", "link set dev eth0 up");
        return pod;
    }

    public static string HostEnd(TestNode.Pod pod, string ifName = "eth0") => $"veth-{pod.Id[3..]}{ifName}";

    /// <summary>The configuration with the result of the plugin before.</summary>
    public static string Config(TestNode.Pod pod, string keys, string ifName = "eth0", string version = "1.1.0", string? previous = null, string network = "net1")
    {
        previous ??= $$"""{"interfaces":[{"name":"{{HostEnd(pod, ifName)}}"},{"name":"{{ifName}}","sandbox":"{{pod.Path}}"}],"ips":[]}""";
        return $$"""{"cniVersion":"{{version}}","name":"{{network}}","type":"bandwidth"{{(keys.Length > 0 ? "," + keys : "")}}{{(previous.Length > 0 ? $",\"prevResult\":{previous}" : "")}}}""";
    }

    public CniResult Add(TestNode.Pod pod, string keys = Both, string ifName = "eth0", uint linkGroup = 0, string version = "1.1.0") =>
        Node.Call(CniVerb.Add, Config(pod, keys, ifName, version), pod, ifName, linkGroup: linkGroup)!;

    public void Del(TestNode.Pod pod, string keys = Both, string ifName = "eth0") => Node.Call(CniVerb.Del, Config(pod, keys, ifName), pod, ifName);

    public void Check(TestNode.Pod pod, string keys = Both, string ifName = "eth0") => Node.Call(CniVerb.Check, Config(pod, keys, ifName), pod, ifName);

    public CniException CheckFails(TestNode.Pod pod, string keys = Both, string ifName = "eth0") => Assert.Throws<CniException>(() => Check(pod, keys, ifName));

    /// <summary>The blocks in a namespace.</summary>
    public static IReadOnlyList<string> Blocks(string path) =>
        [.. TestNode.Ip(path, "link show type ifb").Select(link => link.GetProperty("ifname").GetString()!).Order(StringComparer.Ordinal)];

    public IReadOnlyList<string> HostBlocks() => Blocks(Node.HostPath);

    /// <summary>Rate, burst and latency (µs) of the token bucket filter of an interface; null where it has none.</summary>
    public static (long Rate, long Burst, long Latency)? Bucket(string path, string link)
    {
        foreach (var qdisc in Qdiscs(path, link))
        {
            if (qdisc.GetProperty("kind").GetString() == "tbf")
            {
                var options = qdisc.GetProperty("options");
                return (options.GetProperty("rate").GetInt64(), options.GetProperty("burst").GetInt64(), options.GetProperty("lat").GetInt64());
            }
        }
        return null;
    }

    /// <summary>The queueing disciplines that somebody has put on an interface.</summary>
    public static IReadOnlyList<string> Kinds(string path, string link) =>
        [.. Qdiscs(path, link).Where(q => q.GetProperty("handle").GetString() != "0:").Select(q => q.GetProperty("kind").GetString()!).Order(StringComparer.Ordinal)];

    /// <summary>Where what an interface receives is sent, or "".</summary>
    public static string RedirectedTo(string path, string link)
    {
        string output = TestNode.Exec(path, "tc", $"-j filter show dev {link} parent ffff:");
        foreach (var filter in JsonDocument.Parse(output.Trim().Length == 0 ? "[]" : output).RootElement.EnumerateArray())
        {
            if (filter.TryGetProperty("options", out var options) && options.TryGetProperty("actions", out var actions))
                return actions[0].GetProperty("to_dev").GetString()!;
        }
        return "";
    }

    /// <summary>Nothing that bandwidth made is on an interface and in its namespace.</summary>
    public static void AssertNothing(string path, string link)
    {
        Assert.Empty(Blocks(path));
        Assert.Empty(Kinds(path, link));
    }

    /// <summary>How many records there are.</summary>
    public int Records() => Directory.Exists(Node.RecordsFolder) ? Directory.GetFiles(Node.RecordsFolder, "*", SearchOption.AllDirectories).Length : 0;

    public static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    private static List<JsonElement> Qdiscs(string path, string link) =>
        [.. JsonDocument.Parse(TestNode.Exec(path, "tc", $"-j qdisc show dev {link}")).RootElement.EnumerateArray()];
}
