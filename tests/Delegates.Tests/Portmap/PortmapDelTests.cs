using MultiNet.Cni;
using MultiNet.Delegates.Portmap;

namespace MultiNet.Delegates.Tests.Portmap;

public sealed class PortmapDelTests : IDisposable
{
    private readonly PortmapNode _host = new();

    public void Dispose() => _host.Dispose();

    public static TheoryData<string> Backends => ["iptables", "nftables"];

    [Theory]
    [MemberData(nameof(Backends))]
    public void Del_RemovesEverything_AndMayBeToldTwice(string backend)
    {
        var pod = _host.AddPod();
        string config = _host.Config(pod, backend, ["8080:80/tcp", "53:53/udp", "192.0.2.1 9:9/sctp"]);
        _host.Add(pod, config);
        Assert.NotEmpty(_host.RulesOfContainers());
        Assert.Single(_host.Records());
        _host.Del(pod, config);
        Assert.Empty(_host.RulesOfContainers());
        Assert.Empty(_host.Records());
        _host.Del(pod, config);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Del_NeedsNoMappingsInTheConfiguration(string backend)
    {
        var pod = _host.AddPod();
        _host.Add(pod, _host.Config(pod, backend));
        _host.Del(pod, """{"cniVersion":"1.1.0","name":"net","type":"portmap"}""");
        Assert.Empty(_host.RulesOfContainers());
        Assert.Empty(_host.Records());
    }

    [Theory]
    [InlineData("\"backend\":\"nonsense\",")]
    [InlineData("\"backend\":7,")]
    [InlineData("\"snat\":7,\"markMasqBit\":\"x\",\"conditionsV4\":5,")]
    public void Del_IsNotStoppedByBrokenKeys(string keys)
    {
        foreach (string backend in (string[])["iptables", "nftables"])
        {
            var pod = _host.AddPod();
            _host.Add(pod, _host.Config(pod, backend));
            _host.Del(pod, _host.Config(pod, keys: keys));
            Assert.Empty(_host.RulesOfContainers());
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Del_BeforeAnyAdd_TouchesNothing(string backend)
    {
        var pod = _host.AddPod();
        _host.Del(pod, _host.Config(pod, backend));
        Assert.DoesNotContain("cni_hostport", _host.Nft());
        Assert.DoesNotContain("CNI-", _host.Iptables());
    }

    [Theory]
    [InlineData("iptables", "iptables -t nat -F")]
    [InlineData("iptables", "iptables -t nat -D PREROUTING 1")]
    [InlineData("iptables", "iptables -t nat -F CNI-HOSTPORT-DNAT")]
    [InlineData("iptables", "nft flush ruleset")]
    [InlineData("nftables", "nft flush ruleset")]
    [InlineData("nftables", "nft delete table ip cni_hostport")]
    [InlineData("nftables", "nft flush chain ip cni_hostport hostports")]
    public void Del_Succeeds_WhenSomebodyTookRulesAway(string backend, string command)
    {
        var (pod, other) = (_host.AddPod(), _host.AddPod());
        string config = _host.Config(pod, backend), others = _host.Config(other, backend, ["8081:80/tcp"]);
        _host.Add(pod, config);
        _host.Add(other, others);
        _host.Node.OnHost(command.Split(' ')[0], command[(command.IndexOf(' ') + 1)..]);
        _host.Del(pod, config);
        Assert.DoesNotContain(_host.RulesOfContainers(), rule => rule.Contains("8080") || rule.Contains("10.88.0.2"));
        _host.Del(other, others);
        Assert.Empty(_host.RulesOfContainers());
        Assert.Empty(_host.Records());
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Del_Succeeds_WhenNamespaceAndPreviousResultAreGone(string backend)
    {
        var pod = _host.AddPod();
        _host.Add(pod, _host.Config(pod, backend));
        pod.Vanish();
        _host.Node.Call(CniVerb.Del, """{"cniVersion":"1.1.0","name":"net","type":"portmap"}""", containerId: pod.Id);
        Assert.Empty(_host.RulesOfContainers());
    }

    [Theory]
    [InlineData("iptables", true)]
    [InlineData("iptables", false)]
    [InlineData("nftables", true)]
    [InlineData("nftables", false)]
    public void Del_WithoutRecord_GoesByNames(string backend, bool hasPreviousResult)
    {
        var (pod, other) = (_host.AddPod(), _host.AddPod());
        string config = _host.Config(pod, backend);
        _host.Add(pod, config);
        _host.Add(other, _host.Config(other, backend, ["8081:80/tcp"]));
        Directory.Delete(_host.Node.RecordsFolder, recursive: true);
        _host.Del(pod, hasPreviousResult ? config : config.Replace("prevResult", "former"));
        Assert.DoesNotContain(_host.RulesOfContainers(), rule => rule.Contains("8080"));
        Assert.Contains(_host.RulesOfContainers(), rule => rule.Contains("8081"));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Del_LeavesTheSameContainersOtherNetworkAlone(string backend)
    {
        var pod = _host.AddPod();
        pod.Exec("ip", "link add net1 type veth peer name net1peer");
        pod.Exec("ip", "address add 10.99.0.5/24 dev net1");
        string first = _host.Config(pod, backend, families: "4"), second = _host.Config(pod, backend, ["9090:90/tcp"], network: "other", families: "4", ifName: "net1").Replace("10.88.0.2/16", "10.99.0.5/24");
        _host.Add(pod, first);
        _host.Add(pod, second, "net1");
        _host.Del(pod, first);
        Assert.DoesNotContain(_host.RulesOfContainers(), rule => rule.Contains("8080") || rule.Contains("10.88.0.2"));
        _host.Node.Call(CniVerb.Check, second, pod, "net1");
        _host.Del(pod, second, "net1");
        Assert.Empty(_host.RulesOfContainers());
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Del_LeavesTheSameContainersOtherAttachmentToTheNetworkAlone(string backend)
    {
        var pod = _host.AddPod();
        string first = _host.Config(pod, backend, families: "4"), second = _host.Config(pod, backend, ["9090:90/tcp"], families: "4", ifName: "net1").Replace("10.88.0.2/16", "10.88.0.200/16");
        _host.Add(pod, first);
        _host.Add(pod, second, "net1");
        _host.Node.Call(CniVerb.Check, first, pod);
        _host.Node.Call(CniVerb.Check, second, pod, "net1");
        _host.Del(pod, first);
        Assert.DoesNotContain(_host.RulesOfContainers(), rule => rule.Contains("8080"));
        _host.Node.Call(CniVerb.Check, second, pod, "net1");
        _host.Del(pod, second, "net1");
        Assert.Empty(_host.RulesOfContainers());
    }

    [Fact]
    public void Del_RemovesWhatTheBackendOfAddMade_WhateverTheConfigurationSaysNow()
    {
        var pod = _host.AddPod();
        _host.Add(pod, _host.Config(pod, "iptables"));
        _host.Del(pod, _host.Config(pod, "nftables"));
        Assert.Empty(_host.RulesOfContainers());
        _host.Add(pod, _host.Config(pod, "nftables"));
        _host.Del(pod, _host.Config(pod, "iptables"));
        Assert.Empty(_host.RulesOfContainers());
    }

    [Fact]
    public void Del_KeepsTheRecord_WhileTheToolFails()
    {
        var pod = _host.AddPod();
        string config = _host.Config(pod, "iptables");
        _host.Add(pod, config);
        using (var tools = new FailingTools("iptables-restore", "iptables-save"))
        {
            var error = Assert.Throws<CniException>(() => Call(CniVerb.Del, config, pod, tools.Path));
            Assert.Contains("failed with exit code 4: no tables today", error.Message);
            Assert.Single(_host.Records());
        }
        _host.Del(pod, config);
        Assert.Empty(_host.RulesOfContainers());
        Assert.Empty(_host.Records());
    }

    [Theory]
    [InlineData("iptables", "iptables-restore")]
    [InlineData("iptables", "ip6tables-restore")]
    [InlineData("iptables", "ip6tables-save,ip6tables-restore")]
    [InlineData("nftables", "nft")]
    public void Add_LeavesNothing_WhenATool_Fails(string backend, string broken)
    {
        var pod = _host.AddPod();
        using var tools = new FailingTools(broken.Split(','));
        string config = _host.Config(pod, backend, keys: backend == "nftables" ? "\"conditionsV6\":[\"meta mark 5\"]," : "");
        var error = Assert.Throws<CniException>(() => Call(CniVerb.Add, config, pod, tools.Path));
        Assert.Contains("no tables today", error.Message);
        Assert.Empty(_host.RulesOfContainers());
        if (!broken.Contains("ip6tables-restore"))
            Assert.Empty(_host.Records());
        _host.Del(pod, config);
        Assert.Empty(_host.Records());
    }

    [Theory]
    [InlineData("iptables", "", "failed to locate iptables: iptables-restore is not installed")]
    [InlineData("nftables", "\"conditionsV4\":[\"meta mark 5\"],", "nft is not installed")]
    public void Add_SaysWhichToolIsMissing(string backend, string keys, string message)
    {
        var pod = _host.AddPod();
        string empty = Directory.CreateDirectory(Path.Combine(_host.Node.Folder, "empty")).FullName;
        Assert.Contains(message, Assert.Throws<CniException>(() => Call(CniVerb.Add, _host.Config(pod, backend, keys: keys), pod, empty)).Message);
        Assert.Empty(_host.Records());
    }

    [Fact]
    public void Add_TakesNftables_WhereIptablesIsMissingOrDoesNotWork_AndDelKnows()
    {
        var (one, two) = (_host.AddPod(), _host.AddPod());
        string empty = Directory.CreateDirectory(Path.Combine(_host.Node.Folder, "empty")).FullName;
        Call(CniVerb.Add, _host.Config(one), one, empty);
        using var tools = new FailingTools("iptables-save", "iptables-restore");
        Call(CniVerb.Add, _host.Config(two, ports: ["8081:81/tcp"]), two, tools.Path);
        Assert.Contains("dport 8080 dnat to 10.88.0.2:80", _host.Nft());
        Assert.Contains("dport 8081 dnat to 10.88.0.3:81", _host.Nft());
        _host.Node.Call(CniVerb.Check, _host.Config(two, ports: ["8081:81/tcp"]), two);
        _host.Del(one, _host.Config(one));
        _host.Del(two, _host.Config(two));
        Assert.Empty(_host.RulesOfContainers());
    }

    private void Call(CniVerb verb, string config, TestNode.Pod pod, string toolPath) => _host.Node.Host.Run(() =>
    {
        using var kernel = new NodeKernel { RecordsFolder = _host.Node.RecordsFolder };
        var call = new CniCall { Verb = verb, ContainerId = pod.Id, NetNs = pod.Path, IfName = "eth0", Config = System.Text.Encoding.UTF8.GetBytes(config) };
        PluginHost.Invoke(new PortmapPlugin(kernel, toolPath), call, _host.Node.Ipam);
    });
}
