using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.HostDevice;

public sealed class HostDeviceDelTests : IDisposable
{
    private readonly HostDeviceNode _node = new();

    public void Dispose() => _node.Dispose();

    // A device that an administrator has given everything that can be given.
    private string Dress()
    {
        _node.Host("link add br0 type bridge");
        _node.Host("link set dev0 mtu 1400 address 0a:58:0a:01:02:03 master br0 alias uplink");
        _node.Host("address add 192.0.2.7/24 dev dev0");
        _node.Host("address add 192.0.2.8/32 brd 192.0.2.255 dev dev0 label dev0:1");
        _node.Host("address add 2001:db8::7/64 dev dev0 nodad");
        _node.Host("link set dev0 up");
        return _node.State();
    }

    [Fact]
    public void Del_MakesTheDeviceWhatItWas()
    {
        string before = Dress();
        _node.Add();
        _node.InPod("link set eth0 mtu 9000 address 0a:00:00:00:00:09");
        _node.Del();
        Assert.Equal(before, _node.State());
        Assert.Equal("DEL fake eth0", _node.Node.Ipam.Calls[^1]);
        Assert.False(_node.HasRecords);
        Assert.False(_node.Pod.HasLink());
    }

    [Fact]
    public void Del_LeavesDownWhatWasDown()
    {
        string before = _node.State();
        _node.Add();
        _node.Del();
        Assert.Equal(before, _node.State());
        Assert.Contains(" down ", before);
    }

    [Fact]
    public void Del_MayBeToldTwice_AndBeforeAnyAdd()
    {
        string before = Dress();
        _node.Del();
        _node.Add();
        _node.Del();
        _node.Del();
        Assert.Equal(before, _node.State());
        Assert.Equal(["DEL fake eth0", "ADD fake eth0", "DEL fake eth0", "DEL fake eth0"], _node.Node.Ipam.Calls);
    }

    [Fact]
    public void Del_WithoutANamespace_ReleasesTheAddress_AndBringsTheDeviceHome()
    {
        string before = Dress();
        _node.Add();
        _node.DelWithoutNamespace();
        Assert.Equal(before, _node.State());
        Assert.Equal("DEL fake eth0", _node.Node.Ipam.Calls[^1]);
        Assert.False(_node.HasRecords);
    }

    [Fact]
    public void Del_ReleasesTheAddress_WhenTheNamespaceIsGone_AndTheVirtualDeviceWithIt()
    {
        _node.Add();
        _node.Pod.Vanish();
        _node.Del();
        Assert.Equal("DEL fake eth0", _node.Node.Ipam.Calls[^1]);
        Assert.False(_node.HasRecords);
    }

    [Theory]
    [InlineData("link set eth0 down", "link set eth0 name other")]
    [InlineData("link set eth0 alias something")]
    [InlineData("link set eth0 down", "link set eth0 name other alias something address 0a:00:00:00:00:09")]
    [InlineData("link set eth0 down", "link set eth0 name other", "link add eth0 type veth peer name x")]
    [InlineData("link add dev0 type veth peer name x")]
    public void Del_FindsTheDevice_WhateverThePodDid(params string[] commands)
    {
        string before = Dress();
        _node.Add();
        foreach (string command in commands)
            _node.InPod(command);
        int others = _node.Pod.Ip("link").Count - 1;
        _node.Del();
        Assert.Equal(before, _node.State());
        Assert.Equal(others, _node.Pod.Ip("link").Count);
        Assert.False(_node.HasRecords);
    }

    [Fact]
    public void Del_GoesByTheAlias_WhenThereIsNoRecord_AsTheReferenceDoes()
    {
        _node.Add();
        Directory.Delete(_node.Node.RecordsFolder, recursive: true);
        _node.Del();
        Assert.Contains(" down alias= ", _node.State());
    }

    [Fact]
    public void Del_GoesByTheConfiguredName_WhenThereIsNeitherRecordNorAlias()
    {
        _node.Add();
        Directory.Delete(_node.Node.RecordsFolder, recursive: true);
        _node.InPod("link set eth0 alias not/a:name");
        _node.Del();
        Assert.Contains(" down alias= ", _node.State());
    }

    [Fact]
    public void Del_TakesNothingThatIsNoDeviceOfTheHost()
    {
        _node.InPod("link add eth0 type veth peer name other");
        _node.Del();
        Assert.True(_node.Pod.HasLink());
        Assert.True(_node.IsHome());
    }

    [Fact]
    public void Del_OfANetworkThatWasRefused_DoesNotTakeTheOtherOnesDevice()
    {
        _node.Host("link add dev1 type veth peer name wire1");
        _node.Add();
        string other = HostDeviceNode.Config.Replace("\"net\"", "\"net2\"").Replace("dev0", "dev1");
        _node.FailAdd(other);
        _node.Del(other);
        Assert.Equal("dev0", _node.Pod.Link().GetProperty("ifalias").GetString());
        Assert.True(_node.IsHome("dev1"));
    }

    [Fact]
    public void Del_GoesByTheRecord_WhenTheConfigurationIsAnotherOneByNow()
    {
        string before = Dress();
        _node.Add();
        _node.Del("""{"cniVersion":"1.1.0","name":"net","type":"host-device","device":5,"hwaddr":[],"runtimeConfig":{"deviceID":"0000:99:00.0"},"ipam":{"type":"fake"}}""");
        Assert.Equal(before, _node.State());
        Assert.Equal("DEL fake eth0", _node.Node.Ipam.Calls[^1]);
    }

    [Fact]
    public void Del_BringsTheDeviceHome_WhenIpamFails()
    {
        string before = Dress();
        _node.Add();
        _node.Node.Ipam.Failure = _ => new CniException(CniErrorCode.Internal, "ipam is broken");
        Assert.Contains("ipam is broken", Assert.Throws<CniException>(() => _node.Del()).Message);
        Assert.Equal(before, _node.State());
    }

    [Fact]
    public void Del_BringsTheDeviceHomeUnderAnotherName_WhileItsOwnIsTaken()
    {
        string before = Dress();
        _node.Add();
        _node.Host("link add dev0 type bridge");
        string message = Assert.Throws<CniException>(() => _node.Del()).Message;
        Assert.Matches("^failed to rename device \"dev[0-9]+\" to \"dev0\": ", message);
        string other = message.Split('"')[1];
        Assert.True(_node.IsHome(other));
        Assert.False(_node.Pod.HasLink());

        // Once the name is free, the next DEL gives it back.
        _node.Host("link delete dev0");
        _node.Del();
        Assert.Equal(before, _node.State());
        Assert.False(_node.IsHome(other));
        Assert.False(_node.HasRecords);
    }

    [Fact]
    public void Del_RestoresWhatSomebodyMovedHomeByHand()
    {
        string before = Dress();
        _node.Add();
        _node.InPod($"link set eth0 netns {_node.Node.HostPath}");
        _node.Del();
        Assert.Equal(before, _node.State());
    }

    [Fact]
    public void Del_Succeeds_WhenTheDeviceWasDeleted()
    {
        _node.Add();
        _node.Host("link delete wire0");
        _node.Del();
        Assert.False(_node.HasRecords);
    }
}
