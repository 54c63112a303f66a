using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Tests.BridgeVlans;

/// <summary>The bytes, which any kernel can be given; what the kernel makes of them needs one with VLAN filtering.</summary>
public class BridgeVlanTests
{
    [Fact]
    public void Write_IsWhatTheBridgeToolSends()
    {
        // bridge vlan add dev 3 vid 100 pvid untagged; vid 200-300; vid 400
        BridgeVlan[] vlans = [new() { Id = 100, PortVlan = true, Untagged = true }, new() { Id = 200, EndId = 300 }, new() { Id = 400, EndId = 400 }];
        byte[] expected =
        [
            7, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            36, 0, 26, 0,
            8, 0, 2, 0, 6, 0, 100, 0,
            8, 0, 2, 0, 8, 0, 200, 0,
            8, 0, 2, 0, 16, 0, 44, 1,
            8, 0, 2, 0, 0, 0, 144, 1,
        ];
        Assert.Equal(expected, Bytes(vlans, onBridgeItself: false));
    }

    [Fact]
    public void Write_AsksTheBridgeItself()
    {
        byte[] expected =
        [
            7, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            20, 0, 26, 0,
            6, 0, 0, 0, 2, 0, 0, 0,
            8, 0, 2, 0, 0, 0, 100, 0,
        ];
        Assert.Equal(expected, Bytes([new BridgeVlan { Id = 100 }], onBridgeItself: true));
    }

    [Fact]
    public void Parse_ReadsVlansAndRanges_OfTheOneInterface()
    {
        BridgeVlan[] vlans = [new() { Id = 1, PortVlan = true, Untagged = true }, new() { Id = 200, EndId = 300, Untagged = true }, new() { Id = 4094 }];
        byte[] body = Bytes(vlans, onBridgeItself: true);
        Assert.Equal(vlans, BridgeVlanMessages.Parse(MessageType.NewLink, body, 3)!);
        Assert.Null(BridgeVlanMessages.Parse(MessageType.NewLink, body, 4));
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(4095, 0, false)]
    [InlineData(100, 50, false)]
    [InlineData(100, 4095, false)]
    [InlineData(100, 200, true)]
    public void Write_Throws_WhenTheVlanIsImpossible(int id, int end, bool portVlan) =>
        Assert.Throws<ArgumentException>(() => Bytes([new BridgeVlan { Id = (ushort)id, EndId = (ushort)end, PortVlan = portVlan }], false));

    [Fact]
    public void BridgeVlanAdd_SaysWhatFailed_WhenTheInterfaceIsNoPort()
    {
        using var host = new TestNamespace();
        int index = host.AddVeth();
        var exception = Assert.Throws<NetlinkException>(
            () => host.Socket.BridgeVlanAdd(index, [new BridgeVlan { Id = 5, PortVlan = true }, new BridgeVlan { Id = 7, EndId = 9 }]));
        Assert.Equal($"add VLANs 5 pvid, 7-9 to link {index}", exception.Operation);
        Assert.True(exception.IsNotSupported);
        Assert.Empty(host.Socket.BridgeVlanList(index));
    }

    private static byte[] Bytes(BridgeVlan[] vlans, bool onBridgeItself)
    {
        var writer = new MessageWriter();
        BridgeVlanMessages.Write(writer, 3, vlans, onBridgeItself);
        return writer.Written.ToArray();
    }
}
