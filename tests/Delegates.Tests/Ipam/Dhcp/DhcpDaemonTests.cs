using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Delegates.Ipam.Dhcp;

namespace MultiNet.Delegates.Tests.Ipam.Dhcp;

/// <summary>Plugin and daemon with a real server, dnsmasq, and the real kernel.</summary>
public sealed class DhcpDaemonTests : IDisposable
{
    private readonly DaemonNode _node = new();

    public void Dispose() => _node.Dispose();

    private void Start(string server = "--dhcp-range=10.77.0.10,10.77.0.50,255.255.255.0,3600")
    {
        _node.Server.Start(server);
        _node.StartDaemon();
    }

    [Fact]
    public void Add_GetsAddressGatewayAndDefaultRoute()
    {
        Start();
        var pod = _node.AddPod();
        Assert.Equal(
            """{"cniVersion":"1.1.0","ips":[{"address":"10.77.0.10/24","gateway":"10.77.0.1"}],"routes":[{"dst":"0.0.0.0/0","gw":"10.77.0.1"}]}""",
            DaemonNode.Text(_node.Add(pod)));
        string lease = Assert.Single(_node.Server.Leases);
        Assert.Contains(pod.Link().GetProperty("address").GetString()! + " 10.77.0.10 ", lease);
        Assert.EndsWith(Convert.ToHexStringLower("\0pod1/net/eth0"u8), lease.Replace(":", "", StringComparison.Ordinal));
        Assert.Equal(["pod1,net,eth0.lease"], _node.LeaseFiles);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_node.StateDirectory, "pod1,net,eth0.lease")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(_node.StateDirectory).UnixFileMode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_node.SocketPath));
    }

    [Fact]
    public void Add_ReturnsClasslessRoutes_PriorityAndNameServers_WhereTheyAreAskedFor()
    {
        Start("--dhcp-range=10.77.0.10,10.77.0.50,255.255.255.0,3600 --dhcp-option=121,10.9.0.0/16,10.77.0.2,0.0.0.0/0,10.77.0.3 --dhcp-option=6,10.77.0.4 --dhcp-option=15,example.org");
        var result = _node.Add(_node.AddPod(), ""","priority":50,"request":[{"option":"121"},{"option":"6"},{"option":"15"}]""");
        Assert.Equal(
            """{"cniVersion":"1.1.0","dns":{"domain":"example.org","nameservers":["10.77.0.4"]},"ips":[{"address":"10.77.0.10/24","gateway":"10.77.0.1"}],"routes":[{"dst":"10.9.0.0/16","gw":"10.77.0.2","priority":50},{"dst":"0.0.0.0/0","gw":"10.77.0.3","priority":50}]}""",
            DaemonNode.Text(result));
    }

    [Fact]
    public void Provide_ReachesTheServer()
    {
        Start("--dhcp-range=10.77.0.10,10.77.0.50,255.255.255.0,3600 --dhcp-host=id:mine,10.77.0.33");
        var result = _node.Add(_node.AddPod(), ""","provide":[{"option":"host-name","fromArg":"K8S_POD_NAME"},{"option":"dhcp-client-identifier","value":"mine"}]""", args: "K8S_POD_NAME=web-0");
        Assert.Equal("10.77.0.33/24", result.IPs[0].Address.ToString());
        Assert.Contains(" web-0 ", Assert.Single(_node.Server.Leases));
    }

    [Fact]
    public void TwoPods_AndTwoInterfacesOfOne_GetALeaseEach()
    {
        Start();
        var first = _node.AddPod();
        _node.AddPod("net1", first);
        var second = _node.AddPod();
        var addresses = new HashSet<string>
        {
            _node.Add(first).IPs[0].Address.ToString(), _node.Add(first, ifName: "net1").IPs[0].Address.ToString(), _node.Add(second).IPs[0].Address.ToString(),
        };
        Assert.Equal(3, addresses.Count);
        Assert.Equal(3, _node.Server.Leases.Count);
        _node.Del(first, "net1");
        Wait.Until(() => _node.Server.Leases.Count == 2, "dnsmasq has seen the release");
        Assert.Equal(["pod1,net,eth0.lease", "pod2,net,eth0.lease"], _node.LeaseFiles);
    }

    [Fact]
    public void Del_ReleasesTheLease_AndMayBeRepeated()
    {
        Start();
        var pod = _node.AddPod();
        _node.Add(pod);
        _node.Del(pod);
        Wait.Until(() => _node.Server.Leases.Count == 0, "dnsmasq has seen the release");
        Assert.Empty(_node.LeaseFiles);
        _node.Del(pod);
        pod.Vanish();
        _node.Del(pod);
        _node.Node.Call(CniVerb.Del, _node.Config(), ifName: "eth0", containerId: "never");
    }

    [Fact]
    public void Del_WithTheNamespaceGone_ForgetsTheLease()
    {
        Start();
        var pod = _node.AddPod();
        _node.Add(pod);
        pod.Vanish();
        _node.Del(pod);
        Assert.Empty(_node.LeaseFiles);
    }

    [Fact]
    public void SecondAdd_GetsTheSameAddress()
    {
        Start();
        var pod = _node.AddPod();
        Assert.Equal(DaemonNode.Text(_node.Add(pod)), DaemonNode.Text(_node.Add(pod)));
        Assert.Single(_node.Server.Leases);
    }

    [Fact]
    public void NoServer_IsAnError_AndNothingIsLeft()
    {
        _node.StartDaemon();
        var error = Assert.Throws<CniException>(() => _node.Add(_node.AddPod()));
        Assert.Equal((CniErrorCode.TryAgainLater, "error calling DHCP.Allocate: no more tries"), (error.Code, error.Message));
        Assert.Empty(_node.LeaseFiles);
    }

    [Fact]
    public void MissingInterface_AndMissingNamespace_AreErrorsOfTheReference()
    {
        Start();
        var pod = _node.AddPod();
        Assert.Equal("error calling DHCP.Allocate: error looking up \"net9\": Link not found", Assert.Throws<CniException>(() => _node.Add(pod, ifName: "net9")).Message);
        pod.Vanish();
        Assert.Equal($"error calling DHCP.Allocate: failed to Statfs \"{pod.Path}\": no such file or directory", Assert.Throws<CniException>(() => _node.Add(pod)).Message);
    }

    [Fact]
    public void Lease_IsRenewed_BeforeItEnds()
    {
        Start();
        var pod = _node.AddPod();
        _node.Add(pod);
        for (int renewals = 1; renewals <= 2; renewals++)
        {
            // Half of the hour, and a minute.
            _node.RestartDaemon(secondsLater: 1860);
            Wait.Until(() => _node.Log.Split("lease of 10.77.0.10 renewed").Length > renewals, $"renewal {renewals}");
        }
        Assert.Contains("resuming lease of 10.77.0.10", _node.Log);
        Assert.Equal(3, _node.Server.Log().Split("DHCPACK(br0) 10.77.0.10").Length - 1);
        Assert.DoesNotContain("DHCPNAK", _node.Server.Log());
        // Each renewal counts from its own request.
        _node.RestartDaemon(secondsLater: 60);
        _node.Del(pod);
        Assert.Equal(3, _node.Server.Log().Split("DHCPACK(br0) 10.77.0.10").Length - 1);
    }

    [Fact]
    public void Nak_OnRenewal_AndAnotherAddress_TakesTheInterfaceDown()
    {
        Start();
        var pod = _node.AddPod();
        _node.Add(pod);
        // The same server with other addresses: it knows nothing of the lease, and says no.
        _node.Server.Stop();
        File.Delete(_node.Server.LeaseFile);
        _node.Server.Start("--dhcp-range=10.77.0.60,10.77.0.70,255.255.255.0,3600");
        _node.RestartDaemon(secondsLater: 1860);
        Wait.Until(() => !pod.Link().GetProperty("flags").EnumerateArray().Any(flag => flag.GetString() == "UP"), "the interface is down");
        Wait.Until(() => _node.LeaseFiles.Count == 0, "the lease is forgotten");
        Assert.Contains("Nak", _node.Log);
        Assert.Contains("no lease for pod1/net/eth0", Assert.Throws<CniException>(() => _node.Node.Call(CniVerb.Check, _node.Config(), pod)).Message);
    }

    [Fact]
    public void DelWhileTheDaemonIsAway_Succeeds_AndTheNextDaemonReleases()
    {
        Start();
        var pod = _node.AddPod();
        _node.Add(pod);
        _node.StopDaemon();
        _node.Del(pod);
        _node.Del(pod);
        Assert.Equal(["pod1,net,eth0.lease", "pod1,net,eth0.released"], _node.LeaseFiles);
        Assert.Single(_node.Server.Leases);
        _node.StartDaemon();
        Wait.Until(() => _node.Server.Leases.Count == 0, "dnsmasq has seen the release");
        Assert.Empty(_node.LeaseFiles);
    }

    [Fact]
    public void DelWhileTheDaemonIsAway_WithoutALease_LeavesNothing()
    {
        _node.Node.Call(CniVerb.Del, _node.Config(), ifName: "eth0", containerId: "never");
        Assert.False(Directory.Exists(_node.StateDirectory));
    }

    [Fact]
    public void AddWhileTheDaemonIsAway_IsAnError()
    {
        var error = Assert.Throws<CniException>(() => _node.Add(_node.AddPod()));
        Assert.Equal((CniErrorCode.TryAgainLater, $"error dialing DHCP daemon: dial unix {_node.SocketPath}: connect: no such file or directory"), (error.Code, error.Message));
    }

    [Fact]
    public void Check_FindsALostLease_AndAnotherAddress()
    {
        Start();
        var pod = _node.AddPod();
        var result = _node.Add(pod);
        string config = _node.Config();
        _node.Node.Call(CniVerb.Check, TestNode.WithPrevResult(config, result), pod);
        Assert.True(IPPrefix.TryParse("10.77.0.99/24", out var other));
        var wrong = result with { IPs = [result.IPs[0] with { Address = other }] };
        Assert.StartsWith(
            "dhcp: the lease of eth0 is 10.77.0.10/24", Assert.Throws<CniException>(() => _node.Node.Call(CniVerb.Check, TestNode.WithPrevResult(config, wrong), pod)).Message);
        _node.Del(pod);
        Assert.Equal(
            "error calling DHCP.Check: no lease for pod1/net/eth0", Assert.Throws<CniException>(() => _node.Node.Call(CniVerb.Check, TestNode.WithPrevResult(config, result), pod)).Message);
        // Unlike the reference's, it asked for none.
        Assert.Empty(_node.LeaseFiles);
    }

    [Fact]
    public void Status_TellsWhetherTheDaemonIsThere()
    {
        var error = Assert.Throws<CniException>(() => _node.Node.Call(CniVerb.Status, _node.Config()));
        Assert.Equal(CniErrorCode.PluginNotAvailable, error.Code);
        _node.StartDaemon();
        _node.Node.Call(CniVerb.Status, _node.Config());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gc_ReleasesWhatNobodyHas_AlsoWhileTheDaemonIsAway(bool isAway)
    {
        Start();
        var first = _node.AddPod();
        var second = _node.AddPod();
        _node.Add(first);
        _node.Add(second);
        _node.Node.Call(CniVerb.Gc, _node.Config());
        _node.Node.Call(CniVerb.Gc, _node.Config(name: "other", more: ""","cni.dev/valid-attachments":[]"""));
        Assert.Equal(2, _node.LeaseFiles.Count);
        if (isAway)
            _node.StopDaemon();
        _node.Node.Call(CniVerb.Gc, _node.Config(more: ""","cni.dev/valid-attachments":[{"containerID":"pod2","ifname":"eth0"}]"""));
        if (isAway)
            _node.StartDaemon();
        Wait.Until(() => _node.LeaseFiles is ["pod2,net,eth0.lease"], "one lease is left");
        Wait.Until(() => _node.Server.Leases.Count == 1, "dnsmasq has seen the release");
    }

    [Fact]
    public void SecondDaemon_OnTheSameLeasesOrSocket_IsRefused()
    {
        _node.StartDaemon();
        Assert.StartsWith("another daemon keeps the leases of", Assert.Throws<CniException>(() => DhcpDaemon.Open(_node.Options with { SocketPath = _node.SocketPath + "2" }, _ => { })).Message);
        Assert.StartsWith("another daemon listens at", Assert.Throws<CniException>(() => DhcpDaemon.Open(_node.Options with { StateDirectory = _node.StateDirectory + "2" }, _ => { })).Message);
        // And the first one is not disturbed.
        _node.Node.Call(CniVerb.Status, _node.Config());
    }

    [Fact]
    public void SocketFileOfAKilledDaemon_IsReplaced()
    {
        // Bound, and nobody listens: what is left of one. (.NET removes the file of a socket that it closes.)
        using var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        dead.Bind(new UnixDomainSocketEndPoint(_node.SocketPath));
        Assert.True(File.Exists(_node.SocketPath));
        _node.StartDaemon();
        _node.Node.Call(CniVerb.Status, _node.Config());
    }

    [Fact]
    public void PidFile_AndSocket_AreGone_WithTheDaemon()
    {
        string pid = Path.Combine(_node.Node.Folder, "pid");
        _node.StartDaemon(_node.Options with { PidFile = pid });
        Assert.Equal(Environment.ProcessId.ToString(), File.ReadAllText(pid));
        _node.StopDaemon();
        Assert.False(File.Exists(pid));
        Assert.False(File.Exists(_node.SocketPath));
        Assert.Equal("Error writing pidfile \"pid\": path not absolute", Assert.Throws<CniException>(() => DhcpDaemon.Open(_node.Options with { PidFile = "pid" }, _ => { })).Message);
    }

    [Fact]
    public void UnreadableLeaseFile_IsNamed_AndKeepsNobodyFromStarting()
    {
        Directory.CreateDirectory(_node.StateDirectory);
        foreach (var (name, text) in ((string, string)[])[("a.lease", "{"), ("b.lease", ""), ("c.lease", """{"version":9}"""), ("d.lease", """{"version":1,"message":"AAAA"}""")])
            File.WriteAllText(Path.Combine(_node.StateDirectory, name), text);
        _node.StartDaemon();
        _node.Node.Call(CniVerb.Status, _node.Config());
        Assert.All((string[])["a.lease", "b.lease", "c.lease", "d.lease"], name => Assert.Contains(name, _node.Log));
    }
}
