namespace MultiNet.Netlink.Tests.Links;

public class TapDeviceTests
{
    [Fact]
    public void Create_MakesAPersistentDevice_InTheNamespace()
    {
        using var pod = new TestNamespace();
        TapDevice.Create(pod.Namespace, "tap0", new TapSettings { Owner = 107, Group = 108, MultiQueue = true, OffloadHeader = true, PacketInformation = true });

        var data = pod.IpOne("link show tap0").GetProperty("linkinfo").GetProperty("info_data");
        Assert.Equal("tap", data.GetProperty("type").GetString());
        Assert.True(data.GetProperty("pi").GetBoolean());
        Assert.True(data.GetProperty("vnet_hdr").GetBoolean());
        Assert.True(data.GetProperty("multi_queue").GetBoolean());
        Assert.True(data.GetProperty("persist").GetBoolean());
        Assert.Equal("107", data.GetProperty("user").ToString());
        Assert.Equal("108", data.GetProperty("group").ToString());
        var link = pod.Socket.LinkGet("tap0");
        Assert.Equal("tun", link.Kind);
        Assert.Equal(
            new TapSettings { IsTap = true, IsPersistent = true, Owner = 107, Group = 108, MultiQueue = true, OffloadHeader = true, PacketInformation = true },
            link.Tap);
        pod.Socket.LinkDelete("tap0");
        Assert.False(pod.Socket.TryGetLink("tap0", out _));
    }

    [Fact]
    public void Create_LeavesOutWhatIsNotAskedFor()
    {
        using var pod = new TestNamespace();
        TapDevice.Create(pod.Namespace, "tap0", new TapSettings());
        Assert.Equal(new TapSettings { IsTap = true, IsPersistent = true }, pod.Socket.LinkGet("tap0").Tap);
        var data = pod.IpOne("link show tap0").GetProperty("linkinfo").GetProperty("info_data");
        Assert.False(data.GetProperty("pi").GetBoolean());
        Assert.False(data.GetProperty("vnet_hdr").GetBoolean());
        Assert.False(data.TryGetProperty("user", out _));
    }

    [Theory]
    [InlineData("tuntap add mode tap name net1")]
    [InlineData("link add net1 type bridge")]
    public void Create_ThrowsExists_WhenTheNameIsTaken(string command)
    {
        using var pod = new TestNamespace();
        pod.Exec("ip", command);
        int index = pod.Socket.LinkGet("net1").Index;
        var error = Assert.Throws<KernelException>(() => TapDevice.Create(pod.Namespace, "net1", new TapSettings { Owner = 5 }));
        Assert.True(error.IsExists, error.Message);
        Assert.Equal("add TAP device \"net1\": file exists (EEXIST)", error.Message);
        Assert.Equal(index, pod.Socket.LinkGet("net1").Index);
        Assert.Null(pod.Socket.LinkGet("net1").Tap?.Owner);
    }

    [Theory]
    [InlineData("0123456789abcdef")]
    [InlineData("a/b")]
    [InlineData(".")]
    [InlineData("with space")]
    public void Create_ThrowsTyped_WhenTheNameIsInvalid(string name)
    {
        using var pod = new TestNamespace();
        var error = Assert.Throws<KernelException>(() => TapDevice.Create(pod.Namespace, name, new TapSettings()));
        Assert.Equal("EINVAL", error.ErrnoName);
        Assert.Equal("lo", Assert.Single(pod.Socket.LinkList()).Name);
    }
}
