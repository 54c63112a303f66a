using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Tests.VirtualFunctions;

public sealed class VirtualFunctionMessageTests
{
    private static readonly MacAddress s_mac = MacAddress.Parse("0a:58:0a:01:02:03");

    /// <summary>What the kernel is told is what it tells back: the same structures in the same attributes.</summary>
    [Fact]
    public void EverySetting_IsReadAsItWasWritten()
    {
        var change = new VirtualFunctionChange
        {
            MacAddress = s_mac,
            Vlan = new VirtualFunctionVlan(4094, 7, VirtualFunctionVlan.Dot1AD),
            TransmitRate = (100, 2000),
            SpoofCheck = false,
            LinkState = VirtualFunctionLinkState.Disable,
            Trust = true,
        };

        var found = Assert.Single(Parse(3, change));

        Assert.Equal(
            new VirtualFunction
            {
                Index = 3,
                MacAddress = s_mac,
                Vlan = new VirtualFunctionVlan(4094, 7, VirtualFunctionVlan.Dot1AD),
                MinimumTransmitRate = 100,
                MaximumTransmitRate = 2000,
                SpoofCheck = false,
                LinkState = VirtualFunctionLinkState.Disable,
                Trust = true,
            },
            found);
    }

    [Fact]
    public void WhatIsNotGiven_IsNotTold()
    {
        var found = Assert.Single(Parse(0, new VirtualFunctionChange { MacAddress = s_mac }));
        Assert.Equal((null, null, new VirtualFunctionVlan(0, 0, VirtualFunctionVlan.Dot1Q)), (found.SpoofCheck, found.Trust, found.Vlan));
    }

    [Fact]
    public void ASettingThatTheDriverDoesNotTell_IsUnknown()
    {
        var writer = new MessageWriter();
        writer.BeginMessage(MessageType.NewLink, MessageFlags.None);
        writer.LinkHeader(index: 1);
        int list = writer.BeginNested(VirtualFunctionAttribute.List);
        int info = writer.BeginNested(VirtualFunctionAttribute.Info);
        // struct ifla_vf_trust { __u32 vf; __u32 setting; } with -1
        writer.Bytes(VirtualFunctionAttribute.Trust, [0, 0, 0, 0, 255, 255, 255, 255]);
        writer.EndNested(info);
        writer.EndNested(list);
        Assert.Null(Assert.Single(Read(writer)).Trust);
    }

    [Theory]
    [InlineData(VirtualFunctionAttribute.Mac, 9)]
    [InlineData(VirtualFunctionAttribute.Vlan, 8)]
    [InlineData(VirtualFunctionAttribute.Rate, 8)]
    [InlineData(VirtualFunctionAttribute.Trust, 4)]
    [InlineData(VirtualFunctionAttribute.SpoofCheck, 0)]
    public void AStructureThatIsTooShort_IsAProtocolError(ushort attribute, int length)
    {
        var writer = new MessageWriter();
        writer.BeginMessage(MessageType.NewLink, MessageFlags.None);
        writer.LinkHeader(index: 1);
        int list = writer.BeginNested(VirtualFunctionAttribute.List);
        int info = writer.BeginNested(VirtualFunctionAttribute.Info);
        writer.Bytes(attribute, new byte[length]);
        writer.EndNested(info);
        writer.EndNested(list);
        Assert.Throws<NetlinkProtocolException>(() => Read(writer));
    }

    [Fact]
    public void AnInterfaceWithoutVirtualFunctions_HasNone_AndRefusesSettings()
    {
        using var host = new TestNamespace();
        int veth = host.AddVeth();
        Assert.Empty(host.Socket.VirtualFunctionList(veth));
        var error = Assert.Throws<NetlinkException>(() => host.Socket.VirtualFunctionSet(veth, 0, new VirtualFunctionChange { Trust = true }));
        Assert.True(error.IsNotSupported, error.Message);
        Assert.Contains($"set virtual function 0 of link {veth}", error.Message);
    }

    private static List<VirtualFunction> Parse(int index, VirtualFunctionChange change)
    {
        var writer = new MessageWriter();
        writer.BeginMessage(MessageType.NewLink, MessageFlags.None);
        VirtualFunctionMessages.WriteSet(writer, 1, index, change);
        return Read(writer);
    }

    private static List<VirtualFunction> Read(MessageWriter writer)
    {
        writer.Finish();
        var reader = new MessageReader(writer.Written);
        Assert.True(reader.Read());
        return VirtualFunctionMessages.ParseList(reader.Type, reader.Body)!;
    }
}
