using MultiNet.Delegates.Bridge;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Bridge;

public sealed class PortVlansTests
{
    private static string Wanted(int vlan, params int[] trunk) =>
        string.Join(", ", PortVlans.Wanted(new BridgeConfig { Bridge = "br0", Vlan = vlan, TrunkVlans = trunk }));

    [Theory]
    [InlineData(0, new int[0], "")]
    [InlineData(7, new int[0], "7 pvid untagged")]
    [InlineData(0, new[] { 10, 11, 12, 20 }, "1 pvid untagged, 10-12, 20")]
    [InlineData(7, new[] { 10 }, "7 pvid untagged, 10")]
    [InlineData(11, new[] { 10, 11, 12 }, "11 pvid untagged, 10, 12")]
    [InlineData(0, new[] { 1, 2 }, "1 pvid untagged, 2")]
    [InlineData(4094, new[] { 4093, 4094 }, "4094 pvid untagged, 4093")]
    public void PortVlans_AreOneUntaggedAndTheTrunk(int vlan, int[] trunk, string expected) => Assert.Equal(expected, Wanted(vlan, trunk));

    [Theory]
    [InlineData(7, true)]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(12, true)]
    [InlineData(13, false)]
    public void PortVlans_HoldSinglesAndRanges(int vlan, bool expected) =>
        Assert.Equal(expected, PortVlans.Holds([new BridgeVlan { Id = 7 }, new BridgeVlan { Id = 10, EndId = 12 }], vlan));

    [Fact]
    public void PortVlans_FindWhatIsMissing_HoweverRangesAreCut()
    {
        BridgeVlan[] wanted = [new() { Id = 7, PortVlan = true, Untagged = true }, new() { Id = 10, EndId = 12 }];
        Assert.Null(PortVlans.FindMissing([new() { Id = 7, PortVlan = true, Untagged = true }, new() { Id = 5, EndId = 11 }, new() { Id = 12 }], wanted));
        Assert.Equal("12", PortVlans.FindMissing([new() { Id = 7, PortVlan = true, Untagged = true }, new() { Id = 5, EndId = 11 }], wanted)!.ToString());
        Assert.Equal("7 pvid untagged", PortVlans.FindMissing([new() { Id = 7 }, new() { Id = 10, EndId = 12 }], wanted)!.ToString());
    }
}
