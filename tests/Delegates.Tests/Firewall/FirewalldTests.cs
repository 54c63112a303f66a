using MultiNet.Cni;
using MultiNet.Delegates.Tests.DBus;

namespace MultiNet.Delegates.Tests.Firewall;

/// <summary>The plugin with a scripted firewalld; the real one was tried by hand (docs/decisions/011-own-dbus-client.md).</summary>
public sealed class FirewalldTests : IDisposable
{
    private const string Firewalld = "\"backend\":\"firewalld\"";

    private readonly FirewallNode _node = new();
    private readonly Dictionary<string, HashSet<string>> _zones = new() { ["trusted"] = [], ["public"] = [] };
    private FakeBus _bus;

    public FirewalldTests() => _node.Bus = (_bus = FakeBus.Firewalld(_zones)).Address;

    public void Dispose()
    {
        _bus.Dispose();
        _node.Dispose();
    }

    private void Replace(FakeBus bus)
    {
        _bus.Dispose();
        _bus = bus;
        _node.Bus = bus.Address;
    }

    [Theory]
    [InlineData(Firewalld, "trusted")]
    [InlineData("", "trusted")]
    [InlineData("\"firewalldZone\":\"public\"", "public")]
    public void Addresses_BelongToTheZone_FromAddToDel(string keys, string zone)
    {
        string config = FirewallNode.Config(keys);
        _node.Call(CniVerb.Add, config);
        Assert.Equal(["10.88.0.2/32", "fd00:88::2/128"], _zones[zone].Order());
        Assert.Equal("", _node.Save() + _node.Save(ipv4: false));
        _node.Call(CniVerb.Add, config);
        _node.Call(CniVerb.Check, config);
        // Whatever the configuration says by then.
        _node.Call(CniVerb.Del, FirewallNode.Config("\"backend\":\"iptables\",\"firewalldZone\":\"other\"", null));
        Assert.Empty(_zones[zone]);
        Assert.Empty(_node.Records);
        _node.Call(CniVerb.Del, config);
    }

    [Fact]
    public void Policy_IsKeptByIptables()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Firewalld + ",\"ingressPolicy\":\"isolated\""));
        Assert.Contains("-j CNI-ISOLATION-STAGE-1", _node.Save());
        Assert.DoesNotContain("CNI-FORWARD", _node.Save());
        _node.Call(CniVerb.Check, FirewallNode.Config(Firewalld + ",\"ingressPolicy\":\"isolated\""));
        _node.Iptables("-F CNI-ISOLATION-STAGE-2");
        Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, FirewallNode.Config(Firewalld + ",\"ingressPolicy\":\"isolated\"")));
    }

    [Fact]
    public void Check_FindsAnAddressThatWasTakenOut()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Firewalld));
        _zones["trusted"].Remove("fd00:88::2/128");
        var error = Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, FirewallNode.Config(Firewalld)));
        Assert.Equal("failed to find the address fd00:88::2/128 in trusted zone", error.Message);
    }

    [Fact]
    public void Add_Fails_AndTakesOutWhatItPutIn_WhenAnAddressBelongsToAnotherZone()
    {
        _zones["public"].Add("fd00:88::2/128");
        var error = Assert.Throws<CniException>(() => _node.Call(CniVerb.Add, FirewallNode.Config(Firewalld)));
        Assert.StartsWith("failed to add the address fd00:88::2/128 to trusted zone: ZONE_CONFLICT", error.Message);
        Assert.Empty(_zones["trusted"]);
        Assert.Single(_zones["public"]);
        Assert.Empty(_node.Records);
    }

    [Fact]
    public void Add_Fails_WithoutTheZone()
    {
        var error = Assert.Throws<CniException>(() => _node.Call(CniVerb.Add, FirewallNode.Config("\"firewalldZone\":\"nowhere\"")));
        Assert.Equal("failed to add the address 10.88.0.2/32 to nowhere zone: INVALID_ZONE: nowhere", error.Message);
        Assert.Empty(_node.Records);
    }

    [Fact]
    public void Add_TakesOutWhatItPutIn_WhenThePolicyCannotBeKept()
    {
        _node.Replace("iptables-restore", "exit 3");
        Assert.Throws<CniException>(() => _node.Call(CniVerb.Add, FirewallNode.Config(Firewalld + ",\"ingressPolicy\":\"isolated\"")));
        Assert.Empty(_zones["trusted"]);
        Assert.Empty(_node.Records);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Del_Succeeds_WhenFirewalldIsGone(bool busToo)
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Firewalld));
        if (busToo)
            _node.Bus = "unix:path=/nowhere/bus";
        else
            Replace(FakeBus.Firewalld(_zones, running: false));
        _node.Call(CniVerb.Del, FirewallNode.Config(Firewalld));
        Assert.Empty(_node.Records);
    }

    [Fact]
    public void Del_Fails_AndKeepsTheRecord_WhileFirewalldRefuses()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Firewalld));
        Replace(new FakeBus(peer =>
        {
            peer.Greet();
            while (peer.Next() is { } call)
            {
                if (call.Method == "NameHasOwner")
                    peer.Answer(call, true);
                else
                    peer.Refuse(call, "org.fedoraproject.FirewallD1.Exception", "COMMAND_FAILED: nft says no");
            }
        }));
        Assert.Contains("COMMAND_FAILED: nft says no", Assert.Throws<CniException>(() => _node.Call(CniVerb.Del, FirewallNode.Config(Firewalld))).Message);
        Assert.Single(_node.Records);
        Replace(FakeBus.Firewalld(_zones));
        _node.Call(CniVerb.Del, FirewallNode.Config(Firewalld, null));
        Assert.Empty(_zones["trusted"]);
    }

    [Fact]
    public void Del_LooksInBothPlaces_WithoutRecordAndBackend()
    {
        // As the reference attached it, when firewalld did not run yet.
        _zones["trusted"].Add("10.88.0.2/32");
        _node.Iptables("-N CNI-FORWARD");
        _node.Iptables("-A CNI-FORWARD -s 10.88.0.2/32 -j ACCEPT");
        _node.Call(CniVerb.Del, FirewallNode.Config());
        Assert.Empty(_zones["trusted"]);
        Assert.DoesNotContain("10.88.0.2", _node.Save());
    }

    [Fact]
    public void Gc_TakesOutTheAddressesOfStaleAttachments()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Firewalld), "stale");
        _node.Call(CniVerb.Add, FirewallNode.Config(Firewalld, FirewallNode.Result("cni0", "10.88.0.3/16")), "valid");
        _node.Call(CniVerb.Gc, FirewallNode.Config("\"cni.dev/valid-attachments\":[{\"containerID\":\"valid\",\"ifname\":\"eth0\"}]", null, version: "1.1.0"));
        Assert.Equal(["10.88.0.3/32"], _zones["trusted"]);
        Assert.Equal(["firewall/net/valid@eth0.json"], _node.Records);
    }

    [Fact]
    public void Status_SaysCode50_WhenFirewalldDoesNotRun()
    {
        string config = FirewallNode.Config(Firewalld, null, version: "1.1.0");
        _node.Call(CniVerb.Status, config);
        Replace(FakeBus.Firewalld(_zones, running: false));
        Assert.Equal(CniErrorCode.PluginNotAvailable, Assert.Throws<CniException>(() => _node.Call(CniVerb.Status, config)).Code);
        Replace(new FakeBus(peer => peer.Say("garbage\r\n")));
        Assert.Equal(CniErrorCode.PluginNotAvailable, Assert.Throws<CniException>(() => _node.Call(CniVerb.Status, config)).Code);
        Assert.Equal(CniErrorCode.PluginNotAvailable, Assert.Throws<CniException>(() => _node.Call(CniVerb.Status, config.Replace("firewalld", ""))).Code);
    }

    [Fact]
    public void Default_IsIptables_WhereFirewalldDoesNotRun()
    {
        Replace(FakeBus.Firewalld(_zones, running: false));
        _node.Call(CniVerb.Add, FirewallNode.Config());
        Assert.Contains("10.88.0.2", _node.Save());
        // Started since: the record knows better.
        Replace(FakeBus.Firewalld(_zones));
        _node.Call(CniVerb.Check, FirewallNode.Config());
        _node.Call(CniVerb.Del, FirewallNode.Config());
        Assert.DoesNotContain("10.88.0.2", _node.Save());
    }

    [Theory]
    [InlineData("Add")]
    [InlineData("Check")]
    public void Default_IsAnError_WhereTheBusIsBroken(string verb)
    {
        // firewalld may be behind it, and would drop what iptables lets pass.
        Replace(new FakeBus(peer => peer.Say("garbage\r\n")));
        Assert.Contains("failed to ask for firewalld", Assert.Throws<CniException>(() => _node.Call(Enum.Parse<CniVerb>(verb), FirewallNode.Config())).Message);
        Assert.Equal("", _node.Save());
    }
}
