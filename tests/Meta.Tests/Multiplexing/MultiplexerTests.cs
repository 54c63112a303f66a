using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Meta.Tests.Multiplexing;

/// <summary>The verbs over the real kernel, with the built-in plugins.</summary>
public sealed class MultiplexerTests : IDisposable
{
    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void AddAndDel_AttachEverythingAndLeaveNothing()
    {
        var pod = _node.Pod("web", "n1,n2@data,p1");
        var attached = _node.Add(pod);
        Assert.Equal(["data", "eth0", "lo", "net1", "net3"], TestNode.Links(pod));
        Assert.Equal(["10.1.0.2", "10.2.0.2", "10.3.0.2", "10.4.0.2"], _node.Reservations());
        Assert.Equal(["primary", "default/n1", "default/n2", "default/p1"], attached.Select(a => a.Attachment.DisplayName));
        Assert.Equal(["eth0", "net1", "data", "net3"], _node.Status["web"].Select(s => s.Interface));
        Assert.True(Assert.Single(_node.Journals()).Complete);
        _node.Check(pod);
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
        Assert.Equal(["lo"], TestNode.Links(pod));
        Assert.Empty(_node.Status);
        _node.Del(pod);
    }

    [Theory]
    [InlineData("off")]
    [InlineData("builtin")]
    [InlineData("all")]
    public void Add_GivesTheSame_WhateverRunsSideBySide(string parallel)
    {
        _node.Keys = $"\"parallel\":\"{parallel}\",";
        var pod = _node.Pod("web", "n1,n1,n2,p1,n1");
        var attached = _node.Add(pod);
        Assert.Equal(
            ["eth0 10.1.0.2", "net1 10.2.0.2", "net2 10.2.0.3", "net3 10.3.0.2", "net4 10.4.0.2", "net5 10.2.0.4"],
            attached.Select(a => $"{a.Attachment.InterfaceName} {a.Result.IPs[0].Address.Address}"));
        _node.Check(pod);
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
    }

    [Theory]
    [InlineData("off")]
    [InlineData("builtin")]
    public void Add_LeavesNothing_WhenOneNetworkFails(string parallel)
    {
        _node.Keys = $"\"parallel\":\"{parallel}\",";
        _node.Source.Definition("full", _node.Bridge("full", "10.9.0.0/30", ",\"rangeStart\":\"10.9.0.2\",\"rangeEnd\":\"10.9.0.2\""));
        _node.Add(_node.Pod("first", "full"));
        var before = _node.Leftovers();
        var pod = _node.Pod("second", "n1,full,n2");
        var e = Assert.Throws<CniException>(() => _node.Add(pod));
        Assert.Contains("network default/full on net2", e.Message);
        Assert.Contains("no IP addresses available in range set", e.Message);
        Assert.Equal(before, _node.Leftovers());
        Assert.Equal(["lo"], TestNode.Links(pod));
    }

    [Fact]
    public void Add_IsRefused_WhenTheSandboxIsAttached_AndTouchesNothing()
    {
        var pod = _node.Pod("web", "n1");
        _node.Add(pod);
        var before = _node.Leftovers();
        Assert.Contains("attached already", Assert.Throws<CniException>(() => _node.Add(pod)).Message);
        Assert.Equal(before, _node.Leftovers());
        _node.Check(pod);
    }

    [Fact]
    public void Add_OfOneSandboxTwiceAtOnce_AttachesItOnce()
    {
        var pod = _node.Pod("web", "n1,n2");
        var outcomes = new Exception?[4];
        var threads = Enumerable.Range(0, outcomes.Length).Select(i => new Thread(() => outcomes[i] = Record.Exception(() => _node.Add(pod)))).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Assert.Single(outcomes, e => e is null);
        Assert.All(outcomes.Where(e => e is not null), e => Assert.Contains("attached already", Assert.IsType<CniException>(e).Message));
        _node.Check(pod);
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
    }

    [Fact]
    public void Add_IsRefused_WhenAnInterfaceIsTakenInTheNamespace()
    {
        var pod = _node.Pod("web", "n1");
        TestNode.Inside(pod, s => s.LinkAdd(new VethSpec { Name = "net1", Peer = new VethPeer { Name = "peer" } }));
        var e = Assert.Throws<CniException>(() => _node.Add(pod));
        Assert.Contains("net1 already exists", e.Message);
        Assert.Empty(_node.Leftovers());
        Assert.Equal(["lo", "net1", "peer"], TestNode.Links(pod));
    }

    [Theory]
    [InlineData("/nonexistent/ns")]
    [InlineData("/etc/hostname")]
    [InlineData("/proc/self/ns/mnt")]
    public void Add_SaysWhatIsWrong_WithTheNamespace(string path)
    {
        var pod = _node.Pod("web", "n1") with { NetNs = path };
        var e = Assert.Throws<CniException>(() => _node.Add(pod));
        Assert.Equal(CniErrorCode.InvalidEnvironmentVariables, e.Code);
        Assert.Contains("CNI_NETNS", e.Message);
        Assert.Contains(path, e.Message);
        Assert.Empty(_node.Leftovers());
    }

    [Fact]
    public void DefaultRoute_IsWhereItWasAskedFor_InKernelResultAndStatus()
    {
        var pod = _node.Pod("web", """[{"name":"n1","default-route":["10.2.0.1"]},{"name":"n2"}]""");
        var attached = _node.Add(pod);
        Assert.Equal(["10.2.0.1 net1"], TestNode.DefaultRoutes(pod));
        Assert.DoesNotContain(attached[0].Result.Routes, r => r.Dst.IsDefault);
        Assert.Equal("10.2.0.1", Assert.Single(attached[1].Result.Routes, r => r.Dst.IsDefault).Gw!.ToString());
        Assert.Empty(_node.Status["web"][0].Gateway);
        Assert.Equal(["10.2.0.1"], _node.Status["web"][1].Gateway);
        _node.Check(pod);
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
    }

    [Fact]
    public void DefaultRoute_IsRefused_WhenTheGatewayIsOnNoNetworkOfTheAttachment()
    {
        var pod = _node.Pod("web", """[{"name":"n1","default-route":["192.0.2.1"]}]""");
        var e = Assert.Throws<CniException>(() => _node.Add(pod));
        Assert.Contains("default-route", e.Message);
        Assert.Empty(_node.Leftovers());
        Assert.Equal(["lo"], TestNode.Links(pod));
    }

    [Fact]
    public void Check_NoticesWhatWasChanged()
    {
        var pod = _node.Pod("web", "n1");
        _node.Add(pod);
        TestNode.Inside(pod, s =>
        {
            s.LinkDelete("net1");
            return true;
        });
        Assert.Contains("net1", Assert.Throws<CniException>(() => _node.Check(pod)).Message);
    }

    [Fact]
    public void Check_NoticesThatTheDefaultRouteIsGone()
    {
        var pod = _node.Pod("web", "n1");
        _node.Add(pod);
        TestNode.Inside(pod, s =>
        {
            s.RouteDelete(s.RouteList().First(r => r.IsDefault));
            return true;
        });
        Assert.Contains("eth0", Assert.Throws<CniException>(() => _node.Check(pod)).Message);
    }

    [Fact]
    public void Check_DoesNotKnow_ASandboxThatWasNeverAttached() =>
        Assert.Equal(CniErrorCode.UnknownContainer, Assert.Throws<CniException>(() => _node.Check(_node.Pod("web"))).Code);

    [Fact]
    public void Status_IsReady_UntilTheReadinessFileIsMissing()
    {
        _node.Run<object?>(m => { m.Status([]); return null; });
        _node.Keys = "\"readinessindicatorfile\":\"/nonexistent/ready\",";
        Assert.Equal(CniErrorCode.PluginNotAvailable, Assert.Throws<CniException>(() => _node.Run<object?>(m => { m.Status([]); return null; })).Code);
    }

    [Fact]
    public void Status_IsNotReady_WhenTheDefaultNetworkHasNoAddressLeft()
    {
        _node.Source.Definition("full", _node.Bridge("full", "10.9.0.0/30", ",\"rangeStart\":\"10.9.0.2\",\"rangeEnd\":\"10.9.0.2\""), "kube-system");
        _node.Keys = "\"defaultNetworks\":[\"full\"],";
        _node.Run<object?>(m => { m.Status([]); return null; });
        _node.Add(_node.Pod("web"));
        Assert.Equal(CniErrorCode.PluginNotAvailable, Assert.Throws<CniException>(() => _node.Run<object?>(m => { m.Status([]); return null; })).Code);
    }

    [Fact]
    public void AuxiliaryChain_TunesWhatTheClusterNetworkMade()
    {
        string directory = Directory.CreateDirectory(Path.Combine(_node.Folder, "net.d/vendor")).Parent!.FullName;
        string primary = Path.Combine(directory, "10-primary.conf");
        File.WriteAllText(primary, _node.Bridge("primary", "10.1.0.0/24"));
        File.WriteAllText(Path.Combine(directory, "vendor/10-t.conf"), """{"type":"tuning","sysctl":{"net.ipv4.conf.eth0.arp_filter":"1"}}""");
        _node.Keys = $"\"clusterNetwork\":\"{primary}\",\"auxiliaryCNIChainName\":\"vendor\",";
        var pod = _node.Pod("web");
        _node.Add(pod);
        using (var inside = Netlink.NetworkNamespace.Open(pod.NetNs))
            Assert.Equal("1", Netlink.Sysctl.Read(inside, "net/ipv4/conf/eth0/arp_filter"));
        _node.Check(pod);
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
    }
}
