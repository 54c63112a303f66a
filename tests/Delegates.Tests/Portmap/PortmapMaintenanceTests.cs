using System.Text;
using MultiNet.Cni;
using MultiNet.Delegates.Portmap;

namespace MultiNet.Delegates.Tests.Portmap;

/// <summary>STATUS and GC.</summary>
public sealed class PortmapMaintenanceTests : IDisposable
{
    private readonly PortmapNode _host = new();

    public void Dispose() => _host.Dispose();

    private static string Gc(string valid, string keys = "", string network = "net") =>
        $$"""{"cniVersion":"1.1.0","name":"{{network}}","type":"portmap",{{keys}}"cni.dev/valid-attachments":{{valid}}}""";

    [Theory]
    [InlineData("iptables")]
    [InlineData("nftables")]
    public void Gc_ReleasesWhatIsNotValid(string backend)
    {
        var (valid, stale, other) = (_host.AddPod(), _host.AddPod(), _host.AddPod());
        _host.Add(valid, _host.Config(valid, backend));
        _host.Add(stale, _host.Config(stale, backend, ["8081:80/tcp"]));
        _host.Add(other, _host.Config(other, backend, ["8082:80/tcp"], network: "other"));

        _host.Node.Call(CniVerb.Gc, Gc($$"""[{"containerID":"{{valid.Id}}","ifname":"eth0"}]"""));

        Assert.DoesNotContain(_host.RulesOfContainers(), rule => rule.Contains("8081"));
        _host.Node.Call(CniVerb.Check, _host.Config(valid, backend), valid);
        _host.Node.Call(CniVerb.Check, _host.Config(other, backend, ["8082:80/tcp"], network: "other"), other);
        Assert.Equal(2, _host.Records().Length);
    }

    [Fact]
    public void Gc_RemovesChainsOfContainersOfWhichThereIsNoRecord()
    {
        var (valid, stale, other) = (_host.AddPod(), _host.AddPod(), _host.AddPod());
        _host.Add(valid, _host.Config(valid, "iptables"));
        _host.Add(stale, _host.Config(stale, "iptables", ["8081:80/tcp"]));
        _host.Add(other, _host.Config(other, "iptables", ["8082:80/tcp"], network: "other"));
        Directory.Delete(_host.Node.RecordsFolder, recursive: true);

        _host.Node.Call(CniVerb.Gc, Gc($$"""[{"containerID":"{{valid.Id}}","ifname":"eth0"}]"""));

        Assert.DoesNotContain(_host.RulesOfContainers(), rule => rule.Contains("8081") || rule.Contains(stale.Id));
        _host.Node.Call(CniVerb.Check, _host.Config(valid, "iptables"), valid);
        _host.Node.Call(CniVerb.Check, _host.Config(other, "iptables", ["8082:80/tcp"], network: "other"), other);
    }

    [Fact]
    public void Gc_LeavesRulesOfOthersAlone()
    {
        var pod = _host.AddPod();
        _host.Add(pod, _host.Config(pod, "iptables"));
        _host.Add(pod, _host.Config(pod, "nftables", ["9:9/tcp"], network: "other"));
        _host.Node.OnHost("iptables", "-t nat -N CNI-DN-mine");
        _host.Node.OnHost("iptables", "-t nat -A CNI-HOSTPORT-DNAT -m comment --comment mine -j CNI-DN-mine");
        _host.Node.OnHost("nft", "add rule ip cni_hostport hostports tcp dport 1 dnat to 10.9.9.9 comment mine");
        _host.Node.Call(CniVerb.Gc, Gc("[]"));
        Assert.Contains("CNI-DN-mine", _host.Iptables());
        Assert.Contains("10.9.9.9", _host.Nft());
        Assert.DoesNotContain(_host.RulesOfContainers(), rule => rule.Contains("8080"));
        Assert.Contains(_host.RulesOfContainers(), rule => rule.Contains("dport 9 "));
    }

    [Theory]
    [InlineData("iptables")]
    [InlineData("nftables")]
    public void Gc_ReleasesNothing_WithoutAList(string backend)
    {
        var pod = _host.AddPod();
        _host.Add(pod, _host.Config(pod, backend));
        _host.Node.Call(CniVerb.Gc, """{"cniVersion":"1.1.0","name":"net","type":"portmap"}""");
        _host.Node.Call(CniVerb.Check, _host.Config(pod, backend), pod);
    }

    [Fact]
    public void Gc_StartsNothing_WhereNobodyUsesIptables()
    {
        _host.Node.Call(CniVerb.Gc, Gc("[]"));
        Assert.Equal("", _host.Nft());
    }

    [Fact]
    public void Status_Passes_WhereTheBackendWorks()
    {
        foreach (string keys in (string[])["", "\"backend\":\"iptables\",", "\"backend\":\"nftables\","])
            _host.Node.Call(CniVerb.Status, Gc("[]", keys));
    }

    [Theory]
    [InlineData("\"backend\":\"iptables\",", false)]
    [InlineData("\"externalSetMarkChain\":\"X\",", true)]
    [InlineData("\"backend\":\"iptables\",", true)]
    public void Status_HasCode50_WhereItDoesNot(string keys, bool installed)
    {
        using var tools = new FailingTools("iptables-save");
        var error = Assert.Throws<CniException>(() => Status(keys, installed ? tools.Path : "/nowhere"));
        Assert.Equal(CniErrorCode.PluginNotAvailable, error.Code);
        Assert.StartsWith("portmap needs iptables, which does not work: ", error.Message);
    }

    [Fact]
    public void Status_Passes_WhereNftablesTakesThePlaceOfIptables()
    {
        using var tools = new FailingTools("iptables-save");
        Status("", tools.Path);
        Status("", "/nowhere");
    }

    [Fact]
    public void Status_RefusesABadConfiguration() =>
        Assert.Equal("unrecognized backend \"x\"", Assert.Throws<CniException>(() => Status("\"backend\":\"x\",", null)).Message);

    private void Status(string keys, string? toolPath) => _host.Node.Host.Run(() =>
    {
        using var kernel = new NodeKernel { RecordsFolder = _host.Node.RecordsFolder };
        PluginHost.Invoke(new PortmapPlugin(kernel, toolPath), new CniCall { Verb = CniVerb.Status, Config = Encoding.UTF8.GetBytes(Gc("[]", keys)) }, _host.Node.Ipam);
    });
}
