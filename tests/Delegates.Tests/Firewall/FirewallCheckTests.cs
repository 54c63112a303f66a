using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Firewall;

/// <summary>CHECK and STATUS with iptables, and configurations that cannot be.</summary>
public sealed class FirewallCheckTests : IDisposable
{
    private const string Isolated = "\"backend\":\"iptables\",\"ingressPolicy\":\"isolated\"";

    private readonly FirewallNode _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("-D CNI-FORWARD -s 10.88.0.2/32 -j ACCEPT", "expected rule [-s 10.88.0.2/32 -j ACCEPT] not found")]
    [InlineData("-D CNI-FORWARD -d 10.88.0.2/32 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", "expected rule [-d 10.88.0.2/32 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT] not found")]
    [InlineData("-D FORWARD 2", "expected FORWARD rule [-m comment --comment CNI firewall plugin rules -j CNI-FORWARD] not found")]
    [InlineData("-D CNI-FORWARD 1", "expected CNI-FORWARD rule [-m comment --comment CNI firewall plugin admin overrides -j CNI-ADMIN] not found")]
    [InlineData("-D FORWARD 1", "expected FORWARD rule [-m comment --comment CNI firewall plugin rules (ingressPolicy: same-bridge|isolated) -j CNI-ISOLATION-STAGE-1] not found")]
    [InlineData("-D CNI-ISOLATION-STAGE-1 1", "-i cni0 -o cni0")]
    [InlineData("-D CNI-ISOLATION-STAGE-1 2", "-i cni0 ! -o cni0")]
    [InlineData("-D CNI-ISOLATION-STAGE-2 1", "-o cni0")]
    [InlineData("-F", "not found")]
    public void Check_FindsWhatIsGone_AndChangesNothing(string manipulation, string message)
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Isolated));
        _node.Call(CniVerb.Check, FirewallNode.Config(Isolated));
        _node.Iptables(manipulation);
        string before = _node.Save();
        Assert.Contains(message, Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, FirewallNode.Config(Isolated))).Message);
        Assert.Equal(before, _node.Save());
    }

    [Fact]
    public void Check_FindsChainsThatAreGone_InBothFamilies()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config("\"backend\":\"iptables\""));
        _node.Iptables("-F", ipv4: false);
        _node.Iptables("-X", ipv4: false);
        Assert.Contains("expected chain CNI-FORWARD not found", Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, FirewallNode.Config("\"backend\":\"iptables\""))).Message);
        Assert.Equal("", _node.Save(ipv4: false));
    }

    [Fact]
    public void Check_FindsAPolicyWithoutEffect()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Isolated));
        _node.Iptables("-D FORWARD 2");
        _node.Iptables("-I FORWARD 1 -m comment --comment \"CNI firewall plugin rules\" -j CNI-FORWARD");
        Assert.Contains("has no effect", Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, FirewallNode.Config(Isolated))).Message);
    }

    [Fact]
    public void Check_GoesByTheConfiguration_WithoutARecord()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Isolated));
        Directory.Delete(_node.Node.RecordsFolder, recursive: true);
        _node.Call(CniVerb.Check, FirewallNode.Config(Isolated));
        Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, FirewallNode.Config(Isolated.Replace("isolated", "same-bridge"))));
    }

    [Theory]
    [InlineData("Add")]
    [InlineData("Check")]
    public void Plugin_NeedsPrevResult(string verb)
    {
        var error = Assert.Throws<CniException>(() => _node.Call(Enum.Parse<CniVerb>(verb), FirewallNode.Config(Isolated, null)));
        Assert.Equal("missing prevResult from earlier plugin", error.Message);
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, error.Code);
    }

    [Theory]
    [InlineData("\"backend\":\"pf\"", 7, "unknown firewall backend: \"pf\"")]
    [InlineData("\"backend\":7", 6, "backend")]
    [InlineData("\"ingressPolicy\":\"closed\"", 7, "unknown ingress policy: \"closed\"")]
    [InlineData("\"ingressPolicy\":true", 6, "ingressPolicy")]
    [InlineData("\"firewalldZone\":[]", 6, "firewalldZone")]
    [InlineData("\"firewalldZone\":\"a\\nb\"", 7, "firewalldZone")]
    [InlineData("\"iptablesAdminChainName\":5", 6, "iptablesAdminChainName")]
    [InlineData("\"iptablesAdminChainName\":\"FORWARD\"", 7, "FORWARD")]
    [InlineData("\"iptablesAdminChainName\":\"CNI-FORWARD\"", 7, "CNI-FORWARD")]
    [InlineData("\"iptablesAdminChainName\":\"ACCEPT\"", 7, "ACCEPT")]
    [InlineData("\"iptablesAdminChainName\":\"two words\"", 7, "two words")]
    [InlineData("\"iptablesAdminChainName\":\"-x\"", 7, "-x")]
    [InlineData("\"iptablesAdminChainName\":\"x\\n-F FORWARD\"", 7, "iptablesAdminChainName")]
    [InlineData("\"iptablesAdminChainName\":\"a2345678901234567890123456789\"", 7, "28")]
    public void Configuration_IsRefused_WhereItCannotBe(string keys, int code, string contained)
    {
        foreach (var verb in (CniVerb[])[CniVerb.Add, CniVerb.Check, CniVerb.Status])
        {
            var error = Assert.Throws<CniException>(() => _node.Call(verb, FirewallNode.Config(keys, version: "1.1.0", prevResult: FirewallNode.PrevResult.Replace("1.0.0", "1.1.0"))));
            Assert.Equal(code, (int)error.Code);
            Assert.Contains(contained, error.Message + error.Details);
        }
        Assert.Equal("", _node.Save());
    }

    [Theory]
    [InlineData("a234567890123456789012345678")]
    [InlineData("ümlaut")]
    [InlineData("it's")]
    public void AdminChain_MayHaveAnyNameThatIptablesTakes(string name)
    {
        string config = FirewallNode.Config($"\"backend\":\"iptables\",\"iptablesAdminChainName\":\"{name}\"");
        _node.Call(CniVerb.Add, config);
        _node.Call(CniVerb.Check, config);
    }

    [Theory]
    [InlineData("{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.88.0.2/16\"}]}", "interface needs to be set for ingress policy \"isolated\", make sure to chain \"firewall\" plugin with \"bridge\"")]
    [InlineData("{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"eth0\",\"sandbox\":\"/pod\"}],\"ips\":[{\"address\":\"10.88.0.2/16\"}]}", "interface needs to be set for ingress policy \"isolated\", make sure to chain \"firewall\" plugin with \"bridge\"")]
    [InlineData("{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"\"}],\"ips\":[{\"address\":\"10.88.0.2/16\"}]}", "got empty bridge name")]
    public void Policy_NeedsTheBridgeOfPrevResult(string prevResult, string message)
    {
        Assert.Equal(message, Assert.Throws<CniException>(() => _node.Call(CniVerb.Add, FirewallNode.Config(Isolated, prevResult))).Message);
        Assert.Equal("", _node.Save());
        Assert.Empty(_node.Records);
    }

    [Fact]
    public void Policy_TakesOnlyNames_FromPrevResult()
    {
        // Not a command of its own, whatever the name holds.
        string prevResult = FirewallNode.Result("x\\n-F FORWARD", "10.88.0.2/16");
        Assert.Throws<CniException>(() => _node.Call(CniVerb.Add, FirewallNode.Config(Isolated, prevResult)));
        Assert.DoesNotContain("10.88.0.2", _node.Save());
        _node.Call(CniVerb.Del, FirewallNode.Config(Isolated, null));
    }

    [Theory]
    [InlineData("\"backend\":\"iptables\"")]
    [InlineData("")]
    [InlineData("\"backend\":\"firewalld\"")]
    public void Status_SaysCode50_WhenNoBackendCanBeUsed(string keys)
    {
        string config = FirewallNode.Config(keys, null, version: "1.1.0");
        if (!keys.Contains("firewalld"))
            _node.Call(CniVerb.Status, config);
        _node.Replace("iptables-save", "echo 'no support by the kernel' >&2; exit 3");
        Assert.Equal(CniErrorCode.PluginNotAvailable, Assert.Throws<CniException>(() => _node.Call(CniVerb.Status, config)).Code);
        File.Delete(Path.Combine(_node.Tools, "iptables-save"));
        Assert.Equal(CniErrorCode.PluginNotAvailable, Assert.Throws<CniException>(() => _node.Call(CniVerb.Status, config)).Code);
    }
}
