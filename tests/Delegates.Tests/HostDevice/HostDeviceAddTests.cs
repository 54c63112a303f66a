using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.HostDevice;

public sealed class HostDeviceAddTests : IDisposable
{
    private readonly HostDeviceNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Add_GivesThePodTheDevice_AndTheOtherEndOfTheWire()
    {
        string mac = _node.Device().GetProperty("address").GetString()!;
        var result = _node.Add();

        Assert.False(_node.IsHome());
        var link = _node.Pod.Link();
        Assert.Equal(mac, link.GetProperty("address").GetString());
        // By this the reference's DEL knows the name on the host.
        Assert.Equal("dev0", link.GetProperty("ifalias").GetString());
        // A device of the host must not be deleted with what MultiNet made in the pod.
        Assert.Equal("default", link.GetProperty("group").GetString());
        Assert.Equal(new CniInterface { Name = "eth0", Mac = mac, Sandbox = _node.Pod.Path, Mtu = 1500 }, Assert.Single(result.Interfaces));
        Assert.Equal(0, Assert.Single(result.IPs).Interface);
        Assert.True(_node.Pod.CanPing("10.1.2.1"));
        Assert.Equal(["ADD fake eth0"], _node.Node.Ipam.Calls);
    }

    [Fact]
    public void Add_WithoutIpam_SetsTheDeviceUp()
    {
        var result = _node.Add(HostDeviceNode.WithoutIpam, "net1");
        Assert.Contains("UP", _node.Pod.Link("net1").GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()));
        Assert.Empty(result.IPs);
        Assert.Empty(_node.Node.Ipam.Calls);
    }

    [Theory]
    [InlineData("0.3.1")]
    [InlineData("0.4.0")]
    [InlineData("1.0.0")]
    public void Add_TellsNoMtu_BeforeVersion110(string version) => Assert.Equal(0, _node.Add(HostDeviceNode.Config.Replace("1.1.0", version)).Interfaces[0].Mtu);

    [Fact]
    public void Add_UsesTheConfiguredDns_InsteadOfIpams() =>
        Assert.Equal("d", _node.Add(HostDeviceNode.Config.Replace("\"ipam\"", "\"dns\":{\"domain\":\"d\"},\"ipam\"")).Dns.Domain);

    [Theory]
    [InlineData("\"hwaddr\":\"0a:58:0a:01:02:03\"")]
    [InlineData("\"kernelpath\":\"/sys/devices/somewhere/on/a/bus\"")]
    [InlineData("\"pciBusID\":\"0000:fe:1f.1\"")]
    [InlineData("\"pciBusID\":\"0000:fe:1f.2\"")]
    [InlineData("\"runtimeConfig\":{\"deviceID\":\"0000:fe:1f.1\"}")]
    [InlineData("\"runtimeConfig\":{\"deviceID\":\"mlx5_core.sf.2\"}")]
    public void Add_FindsTheDevice_By(string key)
    {
        _node.Host("link set dev0 address 0a:58:0a:01:02:03");
        _node.Sysfs.Device("pci", "0000:fe:1f.1", "ixgbe", "dev0").Device("auxiliary", "mlx5_core.sf.2", "mlx5_core.sf", "dev0")
            .Device("pci", "0000:fe:1f.2", "virtio-pci").Folder("bus/pci/devices/0000:fe:1f.2/virtio7", "dev0").Folder("devices/somewhere/on/a/bus", "dev0");
        string config = HostDeviceNode.Config.Replace("\"device\":\"dev0\"", key);
        var result = _node.Add(config);
        Assert.Equal("0a:58:0a:01:02:03", _node.Pod.Link().GetProperty("address").GetString());
        Assert.Equal(key.Contains("0000:fe:1f.1") ? "0000:fe:1f.1" : key.Contains("0000:fe:1f.2") ? "0000:fe:1f.2" : "", result.Interfaces[0].PciId);
        _node.Del(config);
        Assert.True(_node.IsHome());
    }

    [Theory]
    [InlineData("tuntap add dev0 mode tap")]
    [InlineData("tuntap add dev0 mode tun")]
    [InlineData("link add dev0 type ifb")]
    public void Add_TakesVirtualDevicesOfOtherKinds(string command)
    {
        _node.Host("link delete dev0");
        _node.Host(command);
        _node.Add(HostDeviceNode.WithoutIpam);
        Assert.True(_node.Pod.HasLink());
        _node.Del(HostDeviceNode.WithoutIpam);
        Assert.True(_node.IsHome());
        Assert.False(_node.HasRecords);
    }

    [Fact]
    public void Add_TakesADeviceOfTheSameNameAsAnotherOneOfThePod()
    {
        _node.InPod("link add dev0 type veth peer name other");
        _node.Add(ifName: "net1");
        Assert.Equal("dev0", _node.Pod.Link("net1").GetProperty("ifalias").GetString());
        Assert.True(_node.Pod.CanPing("10.1.2.1"));
        _node.Del(ifName: "net1");
        Assert.True(_node.IsHome());
        Assert.True(_node.Pod.HasLink("dev0"));
        Assert.True(_node.Pod.HasLink("other"));
    }

    [Fact]
    public void Add_LeavesOnTheHostWhatCannotBeMoved()
    {
        _node.Host("link add br0 type bridge");
        string before = _node.State("br0");
        Assert.StartsWith("failed to move link failed to move \"eth0\" (host: \"br0\") to container NS: ", _node.FailAdd(HostDeviceNode.Config.Replace("dev0", "br0")).Message);
        Assert.Equal(before, _node.State("br0"));
        Assert.False(_node.HasRecords);
    }

    [Fact]
    public void Add_LeavesTheDeviceAlone_WhenThePodHasTheInterfaceAlready()
    {
        _node.InPod("link add eth0 type veth peer name other");
        string before = _node.State();
        Assert.Equal("failed to move link failed to move \"eth0\" (host: \"dev0\") to container NS: file exists", _node.FailAdd().Message);
        Assert.Equal(before, _node.State());
        Assert.False(_node.HasRecords);
        Assert.Empty(_node.Node.Ipam.Calls);
        _node.Del();
        Assert.True(_node.Pod.HasLink());
    }

    public static TheoryData<string, string> BadAnswers => new()
    {
        { """{"ips":[]}""", "IPAM plugin returned missing IP config" },
        { """{"ips":[{"address":"10.1.2.5/24"}],"routes":[{"dst":"10.9.0.0/16","gw":"192.0.2.1"}]}""", "failed to configure \"eth0\"" },
        { """{"ips":[{"address":"10.1.2.5/24"}],"routes":[{"dst":"10.9.0.0/16","mtu":-1}]}""", "the IPAM plugin returned the route" },
    };

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public void Add_BringsTheDeviceHomeAsItWas_WhenAddressesFail(string answer, string message)
    {
        Dress();
        string before = _node.State();
        _node.Node.Ipam.Result = answer;
        Assert.StartsWith(message, _node.FailAdd().Message);
        Assert.Equal(before, _node.State());
        Assert.Equal(["ADD fake eth0", "DEL fake eth0"], _node.Node.Ipam.Calls);
        Assert.False(_node.HasRecords);
        Assert.False(_node.Pod.HasLink());
    }

    [Fact]
    public void Add_BringsTheDeviceHomeAsItWas_WhenIpamFails()
    {
        Dress();
        string before = _node.State();
        _node.Node.Ipam.Failure = verb => verb == CniVerb.Add ? new CniException(CniErrorCode.Internal, "no addresses left") : null;
        Assert.Equal("no addresses left", _node.FailAdd().Message);
        Assert.Equal(before, _node.State());
        Assert.False(_node.HasRecords);
    }

    [Theory]
    [InlineData("\"device\":\"none\"", "failed to find host device: Link not found")]
    [InlineData("\"device\":\"a-name-that-is-too-long-for-the-kernel\"", "failed to find host device: Link not found")]
    [InlineData("\"device\":\"a\\u0000b\"", "failed to find host device: Link not found")]
    [InlineData("\"hwaddr\":\"0a:00:00:00:00:99\"", "failed to find host device: failed to find physical interface")]
    [InlineData("\"kernelpath\":\"/sys/devices/none\"", "failed to find host device: failed to read directory /sys/devices/none/net: \"open /sys/devices/none/net: no such file or directory\"")]
    [InlineData("\"kernelpath\":\"/sys/devices/gone\"", "failed to find host device: failed to find network device in path /sys/devices/gone/net")]
    [InlineData("\"pciBusID\":\"0000:fe:1f.6\"", "failed to find host device: no net directory under pci device 0000:fe:1f.6")]
    [InlineData("\"runtimeConfig\":{\"deviceID\":\"mlx5_core.sf.3\"}", "failed to find host device: failed to find network device in path /sys/bus/auxiliary/devices/mlx5_core.sf.3/net")]
    public void Add_SaysWhatIsNotThere(string key, string message)
    {
        _node.Sysfs.Device("pci", "0000:fe:1f.6", "ixgbe").Device("auxiliary", "mlx5_core.sf.3", "mlx5_core.sf").Folder("devices/gone", "none");
        string config = HostDeviceNode.Config.Replace("\"device\":\"dev0\"", key);
        Assert.Equal(message, _node.FailAdd(config).Message);
        Assert.Empty(_node.Node.Ipam.Calls);
        _node.Del(config);
    }

    [Fact]
    public void Add_SaysThatTheNamespaceIsNotThere()
    {
        _node.Pod.Vanish();
        Assert.StartsWith($"failed to open netns \"{_node.Pod.Path}\": ", _node.FailAdd().Message);
        Assert.True(_node.IsHome());
    }

    [Fact]
    public void Add_OfADeviceThatAProgramDrives_MovesNothing()
    {
        _node.Sysfs.Device("pci", "0000:fe:1f.1", "vfio-pci");
        string config = HostDeviceNode.Config.Replace("\"device\":\"dev0\"", "\"pciBusID\":\"0000:fe:1f.1\"");
        var result = _node.Add(config);
        Assert.Equal(new CniInterface { Name = "eth0", Sandbox = _node.Pod.Path, PciId = "0000:fe:1f.1" }, Assert.Single(result.Interfaces));
        Assert.Equal("10.1.2.5/24", Assert.Single(result.IPs).Address.ToString());
        Assert.False(_node.Pod.HasLink());
        string withResult = TestNode.WithPrevResult(config, result);
        _node.Node.Call(CniVerb.Check, withResult, _node.Pod);
        _node.Sysfs.Rebind("pci", "0000:fe:1f.1", "ixgbe");
        Assert.Contains("has no driver for programs outside of the kernel any more", Assert.Throws<CniException>(() => _node.Node.Call(CniVerb.Check, withResult, _node.Pod)).Message);
        // Whatever the driver is by now.
        _node.Del(config);
        Assert.Equal("DEL fake eth0", _node.Node.Ipam.Calls[^1]);
        Assert.False(_node.HasRecords);
    }

    private void Dress()
    {
        _node.Host("link set dev0 mtu 1400 up alias uplink");
        _node.Host("address add 192.0.2.7/24 dev dev0");
    }
}
