using MultiNet.Cni;
using MultiNet.Delegates.Ipvlan;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Ipvlan;

public sealed class IpvlanConfigTests
{
    private const string Ipam = "\"ipam\":{\"type\":\"static\"}";

    private static IpvlanConfig Read(string keys, CniVerb verb = CniVerb.Add) =>
        IpvlanConfig.Read(Context.Of($$"""{"cniVersion":"1.0.0","name":"n","type":"ipvlan",{{keys}}}""", verb: verb));

    [Fact]
    public void IpvlanConfig_ReadsItsKeys()
    {
        var config = Read(Ipam + ",\"master\":\"up0\",\"linkInContainer\":true,\"mode\":\"l3s\",\"flag\":\"vepa\",\"mtu\":1400,\"enabledad\":true,\"dns\":{\"domain\":\"d\"}");
        Assert.Equal(("up0", true), (config.Master!.Name, config.Master.InContainer));
        Assert.Equal((IpvlanMode.L3S, IpvlanFlags.Vepa, 1400, true, "d"), (config.Mode, config.Flags!.Value, config.Mtu, config.EnableDad, config.Dns!.Domain));
        config = Read(Ipam);
        Assert.Equal(("", IpvlanMode.L2, (IpvlanFlags?)null, 0), (config.Master!.Name, config.Mode, config.Flags, config.Mtu));
    }

    [Fact]
    public void IpvlanConfig_StandsOnThePreviousInterface_WhenChained()
    {
        const string previous = "\"prevResult\":{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"up1\"}],\"ips\":[{\"address\":\"10.0.0.1/24\"}]}";
        Assert.Equal("up1", Read(previous).Master!.Name);
        Assert.Equal("up0", Read(previous + ",\"master\":\"up0\"").Master!.Name);
        Assert.Equal("", Read(previous, CniVerb.Check).Master!.Name);
    }

    [Theory]
    [InlineData("\"mode\":\"l4\"," + Ipam, "unknown ipvlan mode: \"l4\"")]
    [InlineData("\"flag\":\"x\"," + Ipam, "unknown ipvlan flag: \"x\"")]
    [InlineData("\"mtu\":5," + Ipam, "invalid MTU 5 (must be 0 or between 68 and 65535)")]
    [InlineData("\"mtu\":-5," + Ipam, "invalid MTU -5 (must be 0 or between 68 and 65535)")]
    [InlineData("\"master\":\"a b\"," + Ipam, "\"master\": ")]
    [InlineData("\"master\":\"up0\"", "ipvlan requires an IPAM configuration")]
    [InlineData("\"master\":\"up0\",\"prevResult\":{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"up1\"}]}", "ipvlan requires an IPAM configuration")]
    [InlineData("\"prevResult\":{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"ips\":[]}", "chained master failure. PrevResult lacks a single named interface")]
    [InlineData("\"prevResult\":{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.0.0.1/24\"}]}", "chained master failure. PrevResult lacks a single named interface")]
    public void IpvlanConfig_RefusesWithCodeSeven(string keys, string message)
    {
        var error = Assert.Throws<CniException>(() => Read(keys));
        Assert.StartsWith(message, error.Message);
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, error.Code);
    }

    [Theory]
    [InlineData("\"master\":true")]
    [InlineData("\"mode\":2")]
    [InlineData("\"flag\":1")]
    [InlineData("\"mtu\":true")]
    [InlineData("\"linkInContainer\":1")]
    [InlineData("\"enabledad\":\"true\"")]
    [InlineData("\"prevResult\":5")]
    public void IpvlanConfig_RefusesOtherTypes_WithCodeSix(string keys) =>
        Assert.Equal(CniErrorCode.DecodingFailure, Assert.Throws<CniException>(() => Read(keys + "," + Ipam)).Code);
}
