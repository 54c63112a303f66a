using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Firewall;

/// <summary>DEL in every state that it can meet, and GC.</summary>
public sealed class FirewallDelTests : IDisposable
{
    private const string Iptables = "\"backend\":\"iptables\"";

    private readonly FirewallNode _node = new();

    public void Dispose() => _node.Dispose();

    private static string Gc(string network, params string[] containers) => FirewallNode.Config(
        $"{Iptables},\"cni.dev/valid-attachments\":[{string.Join(',', containers.Select(c => $"{{\"containerID\":\"{c}\",\"ifname\":\"eth0\"}}"))}]", null, network, "1.1.0");

    [Theory]
    [InlineData("\"backend\":5,\"firewalldZone\":[],\"ingressPolicy\":{}", null)]
    [InlineData("\"backend\":\"firewalld\"", null)]
    [InlineData("\"backend\":\"pf\"", "{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.9.9.9/24\"}]}")]
    [InlineData(Iptables, "{\"ips\":5}")]
    public void Del_GoesByTheRecord_WhateverTheConfigurationSaysNow(string keys, string? prevResult)
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables));
        _node.Call(CniVerb.Del, FirewallNode.Config(keys, prevResult));
        Assert.DoesNotContain("ESTABLISHED", _node.Save() + _node.Save(ipv4: false));
        Assert.Empty(_node.Records);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Del_GoesByPrevResult_WithoutARecord(bool backendNamed)
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables));
        Directory.Delete(_node.Node.RecordsFolder, recursive: true);
        _node.Call(CniVerb.Del, FirewallNode.Config(backendNamed ? Iptables : ""));
        Assert.DoesNotContain("ESTABLISHED", _node.Save() + _node.Save(ipv4: false));
    }

    [Fact]
    public void Del_GoesByPrevResult_WhenTheRecordIsBroken()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables));
        File.WriteAllText(Path.Combine(_node.Node.RecordsFolder, Assert.Single(_node.Records)), "{\"record\":{\"addresses\":7}}");
        _node.Call(CniVerb.Del, FirewallNode.Config(Iptables));
        Assert.DoesNotContain("ESTABLISHED", _node.Save() + _node.Save(ipv4: false));
        Assert.Empty(_node.Records);
    }

    [Fact]
    public void Del_RemovesRules_AndReportsWhatItCannotRead_WithoutARecord()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables));
        Directory.Delete(_node.Node.RecordsFolder, recursive: true);
        var error = Assert.Throws<CniException>(() => _node.Call(CniVerb.Del, FirewallNode.Config("\"backend\":5")));
        Assert.Contains("backend", error.Message);
        Assert.DoesNotContain("ESTABLISHED", _node.Save() + _node.Save(ipv4: false));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Del_Succeeds_BeforeAnyAdd(bool withPrevResult)
    {
        _node.Call(CniVerb.Del, FirewallNode.Config(Iptables, withPrevResult ? FirewallNode.PrevResult : null));
        Assert.Equal("", _node.Save() + _node.Save(ipv4: false));
    }

    [Fact]
    public void Del_Succeeds_Twice_AndWithoutTheTools()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables));
        _node.Call(CniVerb.Del, FirewallNode.Config(Iptables));
        string after = _node.Save();
        _node.Call(CniVerb.Del, FirewallNode.Config(Iptables));
        Assert.Equal(after, _node.Save());
        foreach (string tool in Directory.GetFiles(_node.Tools))
            File.Delete(tool);
        _node.Call(CniVerb.Del, FirewallNode.Config(Iptables));
    }

    [Theory]
    [InlineData("-F CNI-FORWARD")]
    [InlineData("-D CNI-FORWARD -s 10.88.0.2/32 -j ACCEPT")]
    [InlineData("-F")]
    [InlineData("-A CNI-FORWARD -s 10.88.0.2/32 -j ACCEPT")]
    public void Del_Succeeds_WhenRulesAreGoneOrThereTwice(string manipulation)
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables));
        _node.Iptables(manipulation);
        _node.Call(CniVerb.Del, FirewallNode.Config(Iptables));
        Assert.DoesNotContain("10.88.0.2", _node.Save());
    }

    [Fact]
    public void Del_Succeeds_WhenTheChainsAreGone()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables));
        _node.Iptables("-F");
        _node.Iptables("-X");
        _node.Call(CniVerb.Del, FirewallNode.Config(Iptables));
        Assert.Equal("", _node.Save());
    }

    [Fact]
    public void Del_RemovesEverything_AndKeepsTheRecord_WhileAToolFails()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables));
        _node.Replace("iptables-restore", "exit 3");
        Assert.Throws<CniException>(() => _node.Call(CniVerb.Del, FirewallNode.Config(Iptables)));
        Assert.DoesNotContain("ESTABLISHED", _node.Save(ipv4: false));
        Assert.Single(_node.Records);
        _node.Repair("iptables-restore");
        _node.Call(CniVerb.Del, FirewallNode.Config(Iptables, null));
        Assert.DoesNotContain("ESTABLISHED", _node.Save());
        Assert.Empty(_node.Records);
    }

    [Fact]
    public void Del_DoesNotTouchTheNextOwnerOfTheAddress_WhenItIsRepeated()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables));
        _node.Call(CniVerb.Del, FirewallNode.Config(Iptables));
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables), "next");
        string before = _node.Save();
        _node.Call(CniVerb.Del, FirewallNode.Config(Iptables));
        Assert.Equal(before, _node.Save());
        _node.Call(CniVerb.Check, FirewallNode.Config(Iptables), "next");
    }

    [Fact]
    public void Del_KeepsTheRules_WhileAnotherNetworkHasTheSameAddress()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables));
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables, network: "other"));
        _node.Call(CniVerb.Del, FirewallNode.Config(Iptables));
        _node.Call(CniVerb.Check, FirewallNode.Config(Iptables, network: "other"));
        _node.Call(CniVerb.Del, FirewallNode.Config(Iptables, network: "other"));
        Assert.DoesNotContain("ESTABLISHED", _node.Save() + _node.Save(ipv4: false));
    }

    [Fact]
    public void Gc_ReleasesThisNetworksStaleAttachments()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables), "stale");
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables, FirewallNode.Result("cni0", "10.88.0.3/16")), "valid");
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables, FirewallNode.Result("cni0", "10.88.0.4/16"), "other"), "stale");
        _node.Call(CniVerb.Gc, Gc("net", "valid"));
        Assert.DoesNotContain("10.88.0.2", _node.Save());
        Assert.DoesNotContain("fd00:88::2", _node.Save(ipv4: false));
        Assert.Contains("10.88.0.3", _node.Save());
        Assert.Contains("10.88.0.4", _node.Save());
        Assert.Equal(["firewall/net/valid@eth0.json", "firewall/other/stale@eth0.json"], _node.Records);
    }

    [Fact]
    public void Gc_KeepsTheRules_OfAnAddressThatAValidAttachmentHasToo()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables), "stale");
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables), "valid");
        _node.Call(CniVerb.Gc, Gc("net", "valid"));
        _node.Call(CniVerb.Check, FirewallNode.Config(Iptables), "valid");
        Assert.Equal(["firewall/net/valid@eth0.json"], _node.Records);
    }

    [Fact]
    public void Gc_DoesNothing_WithoutTheListOrWithoutStaleAttachments()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables));
        string before = _node.Save();
        foreach (string tool in (string[])["iptables-save", "iptables-restore", "ip6tables-save", "ip6tables-restore"])
            _node.Replace(tool, "exit 9");
        _node.Call(CniVerb.Gc, FirewallNode.Config(Iptables, null, version: "1.1.0"));
        _node.Call(CniVerb.Gc, Gc("net", "c1"));
        Assert.Equal(before, _node.Save());
        Assert.Single(_node.Records);
    }

    [Fact]
    public void Gc_KeepsTheRecord_WhileAToolFails()
    {
        _node.Call(CniVerb.Add, FirewallNode.Config(Iptables), "stale");
        _node.Replace("ip6tables-restore", "exit 3");
        Assert.Throws<CniException>(() => _node.Call(CniVerb.Gc, Gc("net")));
        Assert.Single(_node.Records);
        _node.Repair("ip6tables-restore");
        _node.Call(CniVerb.Gc, Gc("net"));
        Assert.DoesNotContain("ESTABLISHED", _node.Save() + _node.Save(ipv4: false));
        Assert.Empty(_node.Records);
    }

    [Fact]
    public void Gc_RemovesThePolicyOfBridgesThatAreGone()
    {
        const string isolated = Iptables + ",\"ingressPolicy\":\"isolated\"";
        _node.Node.OnHost("ip", "link add cni0 type bridge");
        foreach (string bridge in (string[])["cni0", "cni1", "cni2"])
            _node.Call(CniVerb.Add, FirewallNode.Config(isolated, FirewallNode.Result(bridge, $"10.88.0.{bridge[3]}/16", $"fd00:88::{bridge[3]}/64")), bridge);
        _node.Call(CniVerb.Del, FirewallNode.Config(isolated, null), "cni1");
        // cni0 is there, cni2 has an attachment.
        _node.Call(CniVerb.Gc, Gc("net", "cni2").Replace(Iptables, isolated));
        foreach (bool ipv4 in (bool[])[true, false])
        {
            string saved = _node.Save(ipv4);
            Assert.DoesNotContain("cni1", saved);
            Assert.Equal(3, saved.Split('\n').Count(line => line.Contains("cni0", StringComparison.Ordinal)));
            Assert.Equal(3, saved.Split('\n').Count(line => line.Contains("cni2", StringComparison.Ordinal)));
        }
    }
}
