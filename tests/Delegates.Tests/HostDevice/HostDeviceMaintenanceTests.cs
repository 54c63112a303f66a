using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.HostDevice;

/// <summary>CHECK, STATUS and GC.</summary>
public sealed class HostDeviceMaintenanceTests : IDisposable
{
    private readonly HostDeviceNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Check_Succeeds_RightAfterAdd()
    {
        string config = TestNode.WithPrevResult(HostDeviceNode.Config, _node.Add());
        _node.Node.Call(CniVerb.Check, config, _node.Pod);
        Assert.Equal("CHECK fake eth0", _node.Node.Ipam.Calls[^1]);
    }

    [Theory]
    [InlineData("Failed to match addr 10.1.2.5/24 on interface eth0", "address del 10.1.2.5/24 dev eth0")]
    [InlineData("Expected Route 0.0.0.0/0 not found in routing table", "route del default")]
    [InlineData("Interface eth0 is down", "link set eth0 down")]
    [InlineData("Interface eth0 Mac ", "link set eth0 address 0a:00:00:00:00:09")]
    [InlineData("Container Interface name in prevResult: eth0 not found", "link set eth0 down", "link set eth0 name other")]
    [InlineData("Interface eth0 is not the host's device \"dev0\"", "link set eth0 down", "link set eth0 name other", "link add eth0 address MAC type veth peer name x", "link set eth0 up")]
    public void Check_Finds(string message, params string[] commands)
    {
        string config = TestNode.WithPrevResult(HostDeviceNode.Config, _node.Add());
        string mac = _node.Pod.Link().GetProperty("address").GetString()!;
        foreach (string command in commands)
            _node.InPod(command.Replace("MAC", mac));
        Assert.StartsWith(message, Assert.Throws<CniException>(() => _node.Node.Call(CniVerb.Check, config, _node.Pod)).Message);
    }

    [Fact]
    public void Check_NeedsTheResult()
    {
        _node.Add();
        Assert.Equal("Required prevResult missing", Assert.Throws<CniException>(() => _node.Node.Call(CniVerb.Check, HostDeviceNode.Config, _node.Pod)).Message);
    }

    [Fact]
    public void Status_IsGood_WhileTheDeviceIsOnTheHost_AndNotWhileAPodHasIt()
    {
        _node.Node.Call(CniVerb.Status, HostDeviceNode.Config);
        Assert.Equal(["STATUS fake "], _node.Node.Ipam.Calls);
        _node.Add();
        var error = Assert.Throws<CniException>(() => _node.Node.Call(CniVerb.Status, HostDeviceNode.Config));
        Assert.Equal((CniErrorCode.PluginNotAvailable, "failed to find host device: Link not found"), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("\"pciBusID\":\"0000:fe:1f.7\"")]
    [InlineData("\"hwaddr\":\"0a:00:00:00:00:99\"")]
    [InlineData("\"runtimeConfig\":{\"deviceID\":\"0000:fe:1f.7\"}")]
    public void Status_IsCode50_WhenTheDeviceIsMissing(string key)
    {
        string config = HostDeviceNode.Config.Replace("\"device\":\"dev0\"", key);
        Assert.Equal(CniErrorCode.PluginNotAvailable, Assert.Throws<CniException>(() => _node.Node.Call(CniVerb.Status, config)).Code);
    }

    [Fact]
    public void Status_IsGood_WhereTheKubeletPicksTheDevice() =>
        _node.Node.Call(CniVerb.Status, """{"cniVersion":"1.1.0","name":"net","type":"host-device","capabilities":{"deviceID":true}}""");

    [Fact]
    public void Status_PassesOnWhatIpamSays()
    {
        _node.Node.Ipam.Failure = _ => new CniException(CniErrorCode.PluginNotAvailable, "exhausted");
        Assert.Equal("exhausted", Assert.Throws<CniException>(() => _node.Node.Call(CniVerb.Status, HostDeviceNode.Config)).Message);
    }

    [Fact]
    public void Gc_BringsHomeWhatNoValidAttachmentHas()
    {
        _node.Host("link add dev1 type veth peer name wire1");
        var other = _node.Node.AddPod();
        string before = _node.State();
        _node.Add();
        _node.Node.Add(HostDeviceNode.WithoutIpam.Replace("dev0", "dev1"), other);

        _node.Node.Call(CniVerb.Gc, WithValid($$"""[{"containerID":"{{other.Id}}","ifname":"eth0"}]"""));

        Assert.Equal(before, _node.State());
        Assert.False(_node.Pod.HasLink());
        Assert.True(other.HasLink());
        Assert.Equal("GC fake ", _node.Node.Ipam.Calls[^1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"cni.dev/valid-attachments\":[{\"containerID\":\"\",\"ifname\":\"eth0\"}]")]
    public void Gc_TakesNothing_WithoutACompleteList(string list)
    {
        _node.Add();
        try
        {
            _node.Node.Call(CniVerb.Gc, HostDeviceNode.Config[..^1] + list + "}");
        }
        catch (CniException e)
        {
            Assert.Contains("expected an object with containerID and ifname", e.Message);
        }
        Assert.True(_node.Pod.HasLink());
    }

    [Fact]
    public void Gc_LeavesOtherNetworksAlone()
    {
        _node.Add();
        _node.Node.Call(CniVerb.Gc, WithValid("[]").Replace("\"net\"", "\"net2\""));
        Assert.True(_node.Pod.HasLink());
    }

    [Fact]
    public void Gc_ForgetsWhatIsNoMore()
    {
        _node.Add();
        _node.Pod.Vanish();
        _node.Node.Call(CniVerb.Gc, WithValid("[]"));
        Assert.False(_node.HasRecords);
    }

    private static string WithValid(string list) => HostDeviceNode.Config[..^1] + ",\"cni.dev/valid-attachments\":" + list + "}";
}
