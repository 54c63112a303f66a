using System.Text.Json;

namespace MultiNet.Netlink.Tests.VirtualFunctions;

/// <summary>
/// Settings of virtual functions on the kernel's simulated card (netdevsim), which has all of them; what a real card does with them
/// is tested with the sriov plugin.
/// </summary>
[Trait("Kernel", "vm")]
public sealed class VirtualFunctionTests : IDisposable
{
    private readonly TestNamespace _host = new();

    public VirtualFunctionTests()
    {
        _host.Exec("modprobe", "netdevsim");
        // The card appears in the namespace of who asks for it.
        _host.Exec("tee", "/sys/bus/netdevsim/new_device", "77 1");
    }

    public void Dispose()
    {
        File.WriteAllText("/sys/bus/netdevsim/del_device", "77");
        _host.Dispose();
    }

    [Fact]
    public void Settings_AreWhatIprouteShows()
    {
        File.WriteAllText("/sys/bus/netdevsim/devices/netdevsim77/sriov_numvfs", "2");
        var card = Assert.Single(_host.Socket.LinkList(), link => link.ParentDevice == "netdevsim77");
        Assert.Equal("netdevsim", card.ParentBus);
        var mac = MacAddress.Parse("0a:58:0a:01:02:03");

        _host.Socket.VirtualFunctionSet(card.Index, 1, new VirtualFunctionChange
        {
            MacAddress = mac,
            Vlan = new VirtualFunctionVlan(100, 3, VirtualFunctionVlan.Dot1AD),
            TransmitRate = (100, 2000),
            SpoofCheck = true,
            LinkState = VirtualFunctionLinkState.Enable,
            Trust = true,
        });

        var shown = _host.IpOne($"link show dev {card.Name}").GetProperty("vfinfo_list")[1];
        Assert.Equal("0a:58:0a:01:02:03", shown.GetProperty("address").GetString());
        var vlan = shown.GetProperty("vlan_list")[0];
        Assert.Equal((100, 3, "802.1ad"), (vlan.GetProperty("vlan").GetInt32(), vlan.GetProperty("qos").GetInt32(), vlan.GetProperty("protocol").GetString()!.ToLowerInvariant()));
        Assert.Equal((100, 2000), (shown.GetProperty("rate").GetProperty("min_tx").GetInt32(), shown.GetProperty("rate").GetProperty("max_tx").GetInt32()));
        Assert.Equal("enable", shown.GetProperty("link_state").GetString());
        Assert.Equal(JsonValueKind.True, shown.GetProperty("spoofchk").ValueKind);
        Assert.Equal(JsonValueKind.True, shown.GetProperty("trust").ValueKind);

        var functions = _host.Socket.VirtualFunctionList(card.Index);
        Assert.Equal([0, 1], functions.Select(function => function.Index));
        Assert.Equal(
            new VirtualFunction
            {
                Index = 1,
                MacAddress = mac,
                Vlan = new VirtualFunctionVlan(100, 3, VirtualFunctionVlan.Dot1AD),
                MinimumTransmitRate = 100,
                MaximumTransmitRate = 2000,
                SpoofCheck = true,
                LinkState = VirtualFunctionLinkState.Enable,
                Trust = true,
            },
            functions[1]);

        _host.Socket.VirtualFunctionSet(card.Index, 1, new VirtualFunctionChange { Vlan = new VirtualFunctionVlan(0, 0, VirtualFunctionVlan.Dot1Q), Trust = false });
        var changed = _host.Socket.VirtualFunctionList(card.Index)[1];
        Assert.Equal(((ushort)0, (bool?)false, (bool?)true), (changed.Vlan.Id, changed.Trust, changed.SpoofCheck));
        Assert.Equal("EINVAL", Assert.Throws<NetlinkException>(() => _host.Socket.VirtualFunctionSet(card.Index, 2, new VirtualFunctionChange { Trust = true })).ErrnoName);
    }
}
