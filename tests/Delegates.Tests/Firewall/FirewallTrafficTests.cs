using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Firewall;

/// <summary>Packets between pods on two bridges, and to a neighbour of the node, over both families.</summary>
public sealed class FirewallTrafficTests : IDisposable
{
    private readonly FirewallNode _node = new();

    public void Dispose() => _node.Dispose();

    private sealed record Attached(TestNode.Pod Pod, string V4, string V6)
    {
        /// <summary>Answers come, over both families; patient: a link that is new needs a moment.</summary>
        public void MustReach(Attached other)
        {
            foreach (string address in (string[])[other.V4, other.V6])
                Assert.True(Ping("-c 1 -w 60", address), $"{V4}, {V6} does not reach {address}");
        }

        /// <summary>No answer comes to several packets, over both families.</summary>
        public void MustNotReach(Attached other)
        {
            foreach (string address in (string[])[other.V4, other.V6])
                Assert.False(Ping("-c 3 -i 0.2 -W 1", address), $"{V4}, {V6} reaches {address}");
        }

        private bool Ping(string options, string address) => TestNode.TryExec(Pod.Path, "ping", $"-n {options} {address}").Code == 0;
    }

    // A pod on bridge br1 or br2; keys null: without the firewall plugin.
    private Attached Attach(int bridge, int host, string? keys)
    {
        var pod = _node.Node.AddPod();
        _node.Node.Ipam.Result = $$"""{"ips":[{"address":"10.{{bridge}}.0.{{host}}/24","gateway":"10.{{bridge}}.0.1"},{"address":"fd00:{{bridge}}::{{host}}/64","gateway":"fd00:{{bridge}}::1"}]}""";
        string config = $$"""{"cniVersion":"1.0.0","name":"net{{bridge}}","type":"bridge","bridge":"br{{bridge}}","isDefaultGateway":true,"ipam":{"type":"fake"} }""";
        var result = _node.Node.Add(config, pod);
        if (keys is not null)
        {
            string firewall = TestNode.WithPrevResult(FirewallNode.Config($"\"backend\":\"iptables\"{keys}", null, $"net{bridge}"), result);
            _node.Call(CniVerb.Add, firewall, pod.Id);
            _node.Call(CniVerb.Check, firewall, pod.Id);
        }
        return new Attached(pod, $"10.{bridge}.0.{host}", $"fd00:{bridge}::{host}");
    }

    // Somebody beyond the node, who knows the way to the pods.
    private Attached Neighbour()
    {
        var pod = _node.Node.AddPod();
        _node.Node.OnHost("ip", $"link add uplink type veth peer name eth0 netns {pod.Path}");
        _node.Node.OnHost("ip", "link set uplink up");
        _node.Node.OnHost("ip", "address add 10.99.0.1/24 dev uplink");
        _node.Node.OnHost("ip", "address add fd00:99::1/64 dev uplink nodad");
        pod.Exec("ip", "link set eth0 up");
        pod.Exec("ip", "address add 10.99.0.2/24 dev eth0");
        pod.Exec("ip", "address add fd00:99::2/64 dev eth0 nodad");
        pod.Exec("ip", "route add default via 10.99.0.1");
        pod.Exec("ip", "-6 route add default via fd00:99::1");
        return new Attached(pod, "10.99.0.2", "fd00:99::2");
    }

    private void ForwardNothing()
    {
        _node.Iptables("-P FORWARD DROP");
        _node.Iptables("-P FORWARD DROP", ipv4: false);
    }

    [Fact]
    public void Open_LetsPassWhatTheNodeWouldDrop()
    {
        ForwardNothing();
        var without = Attach(1, 2, null);
        var one = Attach(1, 3, "");
        var two = Attach(2, 2, "");
        var neighbour = Neighbour();

        without.MustNotReach(two);
        without.MustNotReach(neighbour);
        one.MustReach(two);
        two.MustReach(one);
        // The answers of what a pod began come in; nobody else may begin.
        one.MustReach(neighbour);
        neighbour.MustNotReach(one);
    }

    [Fact]
    public void TakenDown_NothingPassesAnyMore()
    {
        ForwardNothing();
        var one = Attach(1, 2, "");
        var neighbour = Neighbour();
        one.MustReach(neighbour);
        _node.Call(CniVerb.Del, FirewallNode.Config("", null, "net1"), one.Pod.Id);
        one.MustNotReach(neighbour);
    }

    [Fact]
    public void TheAdministratorsRules_ComeFirst()
    {
        var one = Attach(1, 2, "");
        var two = Attach(2, 2, "");
        one.MustReach(two);
        _node.Iptables($"-A CNI-ADMIN -s {one.V4} -j DROP");
        _node.Iptables($"-A CNI-ADMIN -s {one.V6} -j DROP", ipv4: false);
        one.MustNotReach(two);
    }

    [Fact]
    public void SameBridge_KeepsBridgesApart_AndLetsPassTheRest()
    {
        var one = Attach(1, 2, ",\"ingressPolicy\":\"same-bridge\"");
        var beside = Attach(1, 3, ",\"ingressPolicy\":\"same-bridge\"");
        var two = Attach(2, 2, ",\"ingressPolicy\":\"same-bridge\"");
        var neighbour = Neighbour();

        one.MustReach(beside);
        one.MustNotReach(two);
        two.MustNotReach(one);
        one.MustReach(neighbour);
        one.MustReach(new Attached(null!, "10.1.0.1", "fd00:1::1"));
    }

    [Fact]
    public void Isolated_KeepsContainersOfABridgeApart()
    {
        // Bridged packets come through iptables only where the kernel sends them there.
        foreach (string family in (string[])["iptables", "ip6tables"])
            Assert.Equal("1", _node.Node.OnHost("cat", $"/proc/sys/net/bridge/bridge-nf-call-{family}").Trim());
        var one = Attach(1, 2, ",\"ingressPolicy\":\"isolated\"");
        var beside = Attach(1, 3, ",\"ingressPolicy\":\"isolated\"");
        var two = Attach(2, 2, ",\"ingressPolicy\":\"same-bridge\"");
        var besideTwo = Attach(2, 3, ",\"ingressPolicy\":\"same-bridge\"");
        var neighbour = Neighbour();

        one.MustNotReach(beside);
        one.MustNotReach(two);
        two.MustNotReach(one);
        two.MustReach(besideTwo);
        one.MustReach(neighbour);
    }

    [Fact]
    public void Policy_HoldsAfterAFlush_OnceAnotherContainerCame()
    {
        const string sameBridge = ",\"ingressPolicy\":\"same-bridge\"";
        var one = Attach(1, 2, sameBridge);
        var two = Attach(2, 2, sameBridge);
        foreach (bool ipv4 in (bool[])[true, false])
            _node.Iptables("-D FORWARD -m comment --comment \"CNI firewall plugin rules\" -j CNI-FORWARD", ipv4);
        Attach(1, 3, "");
        one.MustNotReach(two);
    }
}
