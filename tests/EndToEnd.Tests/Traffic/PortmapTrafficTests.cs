using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Node;
using MultiNet.EndToEnd.Tests.Runtime;

namespace MultiNet.EndToEnd.Tests.Traffic;

/// <summary>
/// Packets through mapped ports. Each pod answers with its name and the address that it sees as its peer's. The client (192.0.2.7, fd00:2::7) is beside
/// the node (192.0.2.1, fd00:2::1) and knows no way to the pods.
/// </summary>
public sealed class PortmapTrafficTests : IAsyncLifetime
{
    // hairpinMode: where the kernel shows bridged packets to iptables (br_netfilter), what a pod sends to itself through the host goes back by
    // the same port of the bridge.
    private const string Main = """
        {"type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true, "ipam": {"type": "host-local",
         "ranges": [[{"subnet": "10.88.0.0/16"}], [{"subnet": "fd00:88::/64"}]], "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]}}
        """;

    private NodeSandbox _node = null!;
    private ConfListRuntime _runtime = null!;

    public static TheoryData<string, string> Backends => new()
    {
        { "iptables", Main }, { "nftables", Main },
        { "iptables", Main.Replace("\"bridge\", \"bridge\": \"cni0\", \"isGateway\": true, \"hairpinMode\": true", "\"ptp\"", StringComparison.Ordinal) },
        { "nftables", Main.Replace("\"bridge\", \"bridge\": \"cni0\", \"isGateway\": true, \"hairpinMode\": true", "\"ptp\"", StringComparison.Ordinal) },
    };

    public async Task InitializeAsync()
    {
        _node = await NodeSandbox.StartAsync();
        _runtime = new ConfListRuntime(_node, NodeSandbox.BuiltInBin);
        await _node.AddPodAsync("client");
        await _node.ShellAsync("""
            ip link set lo up
            ip link add outside type veth peer name eth0 netns client
            ip address add 192.0.2.1/24 dev outside
            ip address add fd00:2::1/64 dev outside nodad
            ip link set outside up
            ip -n client address add 192.0.2.7/24 dev eth0
            ip -n client address add fd00:2::7/64 dev eth0 nodad
            ip -n client link set eth0 up
            """);
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task MappedPort_IsReachedFromEverywhere(string backend, string main)
    {
        await StartPodAsync("pod1", List($"\"backend\": \"{backend}\"", main), """{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}, {"hostPort": 5300, "containerPort": 53, "protocol": "udp"}""");

        // From outside, with the client's own address.
        Assert.Equal("pod1 192.0.2.7", await AskAsync("client", "TCP4:192.0.2.1:8080"));
        Assert.Equal("pod1 [fd00:0002:0000:0000:0000:0000:0000:0007]", await AskAsync("client", "TCP6:[fd00:2::1]:8080"));
        Assert.Equal("pod1 192.0.2.7", await AskAsync("client", "UDP4:192.0.2.1:5300"));
        Assert.Equal("pod1 [fd00:0002:0000:0000:0000:0000:0000:0007]", await AskAsync("client", "UDP6:[fd00:2::1]:5300"));

        // From the node, by loopback as well.
        Assert.StartsWith("pod1 ", await AskAsync(null, "TCP4:127.0.0.1:8080"), StringComparison.Ordinal);
        Assert.StartsWith("pod1 ", await AskAsync(null, "UDP4:127.0.0.1:5300"), StringComparison.Ordinal);
        Assert.StartsWith("pod1 ", await AskAsync(null, "TCP4:192.0.2.1:8080"), StringComparison.Ordinal);
        Assert.StartsWith("pod1 ", await AskAsync(null, "TCP6:[fd00:2::1]:8080"), StringComparison.Ordinal);

        // From the pod itself, which must not see its own address as its peer's.
        foreach (var target in (string[])["TCP4:192.0.2.1:8080", "UDP4:192.0.2.1:5300", "TCP6:[fd00:2::1]:8080"])
        {
            var answer = await AskAsync("pod1", target);
            Assert.StartsWith("pod1 ", answer, StringComparison.Ordinal);
            Assert.DoesNotContain(answer.Split(' ')[1], await _node.PodShellAsync("pod1", "ip -o address show dev eth0"), StringComparison.Ordinal);
        }

        // A port that is not mapped stays closed: the test's own test.
        Assert.Equal("", await AskAsync("client", "TCP4:192.0.2.1:8081"));
    }

    [Theory]
    [InlineData("iptables")]
    [InlineData("nftables")]
    public async Task UdpFlow_GoesToTheNewPod_WhenThePodIsReplaced(string backend)
    {
        var list = List($"\"backend\": \"{backend}\"");
        const string mapping = """{"hostPort": 5300, "containerPort": 53, "protocol": "udp"}""";
        var first = await StartPodAsync("pod1", list, mapping);
        Assert.Equal("pod1 192.0.2.7", await AskAsync("client", "UDP4:192.0.2.1:5300,sourceport=4000"));
        Assert.Contains("sport=4000 dport=5300", await _node.ShellAsync("conntrack -L -p udp"), StringComparison.Ordinal);

        (await _runtime.DelAsync(list, first)).MustSucceed();
        Assert.DoesNotContain("sport=4000 dport=5300", await _node.ShellAsync("conntrack -L -p udp"), StringComparison.Ordinal);

        // Between the pods the client goes on: a flow to nobody.
        Assert.Equal("", await AskAsync("client", "UDP4:192.0.2.1:5300,sourceport=4000"));
        await StartPodAsync("pod2", list, mapping);
        Assert.Equal("pod2 192.0.2.7", await AskAsync("client", "UDP4:192.0.2.1:5300,sourceport=4000"));
    }

    [Theory]
    [InlineData("iptables")]
    [InlineData("nftables")]
    public async Task MasqAll_HidesWhoConnects(string backend)
    {
        await StartPodAsync("pod1", List($"\"backend\": \"{backend}\", \"masqAll\": true"), """{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}""");
        Assert.Equal("pod1 10.88.0.1", await AskAsync("client", "TCP4:192.0.2.1:8080"));
    }

    [Fact]
    public async Task HostIP_IsTheOnlyOneThatAnswers()
    {
        await StartPodAsync("pod1", List("\"backend\": \"nftables\""), """{"hostPort": 8080, "containerPort": 80, "protocol": "tcp", "hostIP": "192.0.2.1"}""");
        Assert.Equal("pod1 192.0.2.7", await AskAsync("client", "TCP4:192.0.2.1:8080"));
        Assert.Equal("", await AskAsync("client", "TCP6:[fd00:2::1]:8080"));
        Assert.Equal("", await AskAsync(null, "TCP4:127.0.0.1:8080"));
    }

    [Theory]
    [InlineData("iptables", "[\"-s\", \"192.0.2.9\"]")]
    [InlineData("nftables", "[\"ip saddr 192.0.2.9\"]")]
    public async Task Conditions_HoldForTheirOwnNetwork_AndNoOther(string backend, string conditions)
    {
        await StartPodAsync("pod1", List($"\"backend\": \"{backend}\", \"conditionsV4\": {conditions}"), """{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}""");
        await StartPodAsync("pod2", List($"\"backend\": \"{backend}\"", OtherMain, "other"), """{"hostPort": 9090, "containerPort": 80, "protocol": "tcp"}""");
        Assert.Equal("", await AskAsync("client", "TCP4:192.0.2.1:8080"));
        Assert.Equal("pod2 192.0.2.7", await AskAsync("client", "TCP4:192.0.2.1:9090"));
        await _node.ShellAsync("ip -n client address add 192.0.2.9/24 dev eth0");
        Assert.Equal("pod1 192.0.2.9", await AskAsync("client", "TCP4:192.0.2.1:8080,bind=192.0.2.9"));
    }

    private static string OtherMain => Main.Replace("cni0", "cni1", StringComparison.Ordinal).Replace(":88::", ":89::", StringComparison.Ordinal).Replace("10.88.", "10.89.", StringComparison.Ordinal);

    private static JsonObject List(string keys, string main = Main, string name = "net") => JsonNode.Parse(
        $$$"""{"cniVersion": "1.0.0", "name": "{{{name}}}", "plugins": [{{{main}}}, {"type": "portmap", {{{keys}}}, "capabilities": {"portMappings": true}}]}""")!.AsObject();

    private async Task<Attachment> StartPodAsync(string pod, JsonObject list, string mappings)
    {
        await _node.AddPodAsync(pod);
        var attachment = new Attachment($"container-of-{pod}", NodeSandbox.Netns(pod), "eth0")
        {
            Capabilities = JsonNode.Parse($$"""{"portMappings": [{{mappings}}]}""")!.AsObject(),
        };
        (await _runtime.AddAsync(list, attachment)).MustSucceed();
        // The test's own servers end with the node.
        await _node.PodShellAsync(pod, $$"""
            ip link set lo up
            for server in TCP4-LISTEN:80 TCP6-LISTEN:80,ipv6only UDP4-RECVFROM:53 UDP6-RECVFROM:53,ipv6only; do
              setsid socat $server,fork,reuseaddr SYSTEM:'read question; echo {{pod}} $SOCAT_PEERADDR' </dev/null >/dev/null 2>&1 &
            done
            timeout 120 sh -c 'until [ $(ss -Hlntu | grep -c -E ":(80|53) ") = 4 ]; do sleep 0.05; done'
            """);
        return attachment;
    }

    // What the first pod answers that hears the question; empty where nobody does.
    private async Task<string> AskAsync(string? pod, string target)
    {
        var question = $"echo question | timeout 20 socat -t 4 -T 10 - {target} || true";
        return (pod is null ? await _node.ShellAsync(question) : await _node.PodShellAsync(pod, question)).Trim();
    }
}
