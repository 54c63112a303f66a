using MultiNet.Cni;
using MultiNet.Delegates.Vlan;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Vlan;

public sealed class VlanConfigTests
{
    private const string Ipam = "\"ipam\":{\"type\":\"static\"}";

    private static VlanConfig Read(string keys) => VlanConfig.Read(Context.Of($$"""{"name":"n","type":"vlan",{{keys}}}"""));

    [Fact]
    public void VlanConfig_ReadsItsKeys()
    {
        var config = Read(Ipam + """
            ,"master":"up0","vlanId":4094,"vlanProto":"802.1AD","linkInContainer":true,"mtu":1400,"enabledad":true,"dns":{"domain":"d"},
            "egressPriorities":[{"from":4294967295,"to":7}],"ingressPriorities":[{"from":7,"to":4294967295},{"from":0,"to":0}]
            """);
        Assert.Equal(("up0", true, 1400, true, "d"), (config.Master!.Name, config.Master.InContainer, config.Mtu, config.EnableDad, config.Dns!.Domain));
        Assert.Equal((4094, VlanProtocol.Ieee8021Ad), (config.Vlan.Id, config.Vlan.Protocol));
        Assert.Equal([new VlanPriority(uint.MaxValue, 7)], config.Vlan.EgressPriorities);
        Assert.Equal([new VlanPriority(7, uint.MaxValue), new VlanPriority(0, 0)], config.Vlan.IngressPriorities);
        Assert.Equal((0, VlanProtocol.Ieee8021Q), (Read(Ipam + ",\"master\":\"up0\"").Vlan.Id, Read(Ipam + ",\"master\":\"up0\"").Vlan.Protocol));
    }

    [Theory]
    [InlineData("\"vlanId\":5", "\"master\" field is required. It specifies the host interface name to create the VLAN for")]
    [InlineData("\"master\":\"\"", "\"master\" field is required. It specifies the host interface name to create the VLAN for")]
    [InlineData("\"master\":\"up0\",\"vlanId\":-1", "invalid VLAN ID -1 (must be between 0 and 4095 inclusive)")]
    [InlineData("\"master\":\"up0\",\"vlanId\":4095", "invalid VLAN ID 4095 (must be between 0 and 4095 inclusive)")]
    [InlineData("\"master\":\"up0\",\"vlanProto\":\"qinq\"", "invalid VLAN protocol \"qinq\"")]
    [InlineData("\"master\":\"up0\",\"egressPriorities\":[{\"from\":0,\"to\":8}]", "invalid VLAN priority 8")]
    [InlineData("\"master\":\"up0\",\"ingressPriorities\":[{\"from\":8,\"to\":0}]", "invalid VLAN priority 8")]
    [InlineData("\"master\":\"up0\",\"ingressPriorities\":[{\"from\":8}]", "invalid VLAN priority 8")]
    [InlineData("\"master\":\"up0\",\"ingressPriorities\":[{\"from\":1}]", "a VLAN priority is missing")]
    [InlineData("\"master\":\"up0\",\"ingressPriorities\":[null]", "a VLAN priority is missing")]
    [InlineData("\"master\":\"..\"", "\"master\": ")]
    public void VlanConfig_RefusesWithCodeSeven(string keys, string message)
    {
        var error = Assert.Throws<CniException>(() => Read(keys + "," + Ipam));
        Assert.StartsWith(message, error.Message);
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, error.Code);
    }

    [Fact]
    public void VlanConfig_NeedsIpam() =>
        Assert.Equal("vlan requires an IPAM configuration", Assert.Throws<CniException>(() => Read("\"master\":\"up0\"")).Message);

    [Theory]
    [InlineData("\"vlanId\":\"5\"")]
    [InlineData("\"vlanId\":5.0")]
    [InlineData("\"master\":[]")]
    [InlineData("\"vlanProto\":8021")]
    [InlineData("\"mtu\":\"x\"")]
    [InlineData("\"egressPriorities\":{}")]
    [InlineData("\"egressPriorities\":[5]")]
    [InlineData("\"egressPriorities\":[{\"from\":-1,\"to\":1}]")]
    [InlineData("\"linkInContainer\":\"\"")]
    public void VlanConfig_RefusesOtherTypes_WithCodeSix(string keys) =>
        Assert.Equal(CniErrorCode.DecodingFailure, Assert.Throws<CniException>(() => Read((keys.Contains("master") ? "" : "\"master\":\"up0\",") + keys + "," + Ipam)).Code);
}
