using MultiNet.Cni;
using MultiNet.Delegates.Bond;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Bond;

public sealed class BondConfigTests
{
    private const string Links = "\"links\":[{\"name\":\"a\"},{\"name\":\"b\"}],";

    private static BondConfig Read(string keys, string args = "") => BondConfig.Read(Context.Of($$"""{"name":"n",{{keys}}"type":"bond"}""", args));

    [Fact]
    public void BondConfig_ReadsItsKeys()
    {
        var config = Read(Links + """
            "mode":"balance-alb","miimon":"100","mtu":1400,"failOverMac":2,"linksInContainer":true,"allSlavesActive":1,"tlbDynamicLb":0,
            "xmitHashPolicy":"layer3+4","mac":"0a:00:00:00:00:01","ifname":"bond7","dns":{"domain":"d"},
            """);
        Assert.Equal(["a", "b"], config.Links);
        Assert.Equal(
            new BondSettings
            {
                Mode = BondMode.AdaptiveLoad,
                MonitorInterval = 100,
                FailOverMac = BondFailOverMac.Follow,
                TransmitHash = BondTransmitHash.Layer34,
                AllPortsActive = true,
                DynamicLoad = false,
            },
            config.Settings);
        Assert.Equal((1400, true, "bond7", "d", "0a:00:00:00:00:01"), (config.Mtu, config.LinksInContainer, config.Name, config.Dns!.Domain, config.Mac.ToString()));
    }

    [Fact]
    public void BondConfig_TakesNumbersWhereTheKernelHasThem()
    {
        var config = Read(Links + "\"mode\":\"1\",\"miimon\":50,\"xmitHashPolicy\":2,\"allSlavesActive\":false,");
        Assert.Equal((BondMode.ActiveBackup, 50u, BondTransmitHash.Layer23, false), (config.Settings.Mode, config.Settings.MonitorInterval, config.Settings.TransmitHash, config.Settings.AllPortsActive));
        Assert.Equal(BondMode.Ieee8023Ad, Read(Links + "\"mode\":4,\"miimon\":\"0\",").Settings.Mode);
        Assert.Equal("eth0", config.Name);
    }

    [Theory]
    [InlineData("", "0a:00:00:00:00:01")]
    [InlineData("\"args\":{\"cni\":{\"mac\":\"0a:00:00:00:00:03\"}},", "0a:00:00:00:00:03")]
    [InlineData("\"args\":{\"cni\":{\"mac\":\"0a:00:00:00:00:03\"}},\"runtimeConfig\":{\"mac\":\"0a:00:00:00:00:04\"},", "0a:00:00:00:00:04")]
    public void BondConfig_TakesTheAddressOfTheNearest(string keys, string expected)
    {
        string common = Links + "\"mode\":\"1\",\"miimon\":50,\"mac\":\"0a:00:00:00:00:01\"," + keys;
        Assert.Equal(expected, Read(common).Mac.ToString());
        Assert.Equal(keys.Length > 0 ? expected : "0a:00:00:00:00:02", Read(common, "MAC=0a:00:00:00:00:02").Mac.ToString());
    }

    [Theory]
    [InlineData("", "bonding requires at least two links, we have 0", 7)]
    [InlineData("\"links\":[{\"name\":\"a\"}],", "bonding requires at least two links, we have 1", 7)]
    [InlineData("\"links\":[{\"name\":\"a\"},{}],", "failed to find link name", 7)]
    [InlineData("\"links\":[{\"name\":\"a\"},{\"name\":\"a\"}],", "the link a is named twice", 7)]
    [InlineData("\"links\":[{\"name\":\"a\"},{\"name\":7}],", "network configuration: links[1].name: expected a string", 6)]
    [InlineData("\"links\":[\"a\",\"b\"],", "network configuration: links[0]: expected an object", 6)]
    [InlineData("\"links\":[{\"name\":\"a/b\"},{\"name\":\"b\"}],", "\"links\": ", 7)]
    [InlineData(Links, "invalid bond mode \"\"", 7)]
    [InlineData(Links + "\"mode\":\"bonded\",", "invalid bond mode \"bonded\"", 7)]
    [InlineData(Links + "\"mode\":\"7\",", "invalid bond mode \"7\"", 7)]
    [InlineData(Links + "\"mode\":[],", "network configuration: mode: expected a string", 6)]
    [InlineData(Links + "\"mode\":\"1\",", "failed to convert bondMiimon value () to an int", 7)]
    [InlineData(Links + "\"mode\":\"1\",\"miimon\":\"often\",", "failed to convert bondMiimon value (often) to an int", 7)]
    [InlineData(Links + "\"mode\":\"1\",\"miimon\":\"-1\",", "failed to convert bondMiimon value (-1) to an int", 7)]
    [InlineData(Links + "\"mode\":\"1\",\"miimon\":true,", "network configuration: miimon: expected a string", 6)]
    [InlineData(Links + "\"mode\":\"1\",\"miimon\":\"1\",\"failOverMac\":3,", "FailOverMac mode should be 0, 1 or 2 actual: 3", 7)]
    [InlineData(Links + "\"mode\":\"1\",\"miimon\":\"1\",\"failOverMac\":\"1\",", "network configuration: failOverMac: expected a whole number", 6)]
    [InlineData(Links + "\"mode\":\"1\",\"miimon\":\"1\",\"mtu\":67,", "invalid bond MTU value (67), should be 68 or bigger", 7)]
    [InlineData(Links + "\"mode\":\"1\",\"miimon\":\"1\",\"mtu\":-1,", "invalid bond MTU value (-1), should be 68 or bigger", 7)]
    [InlineData(Links + "\"mode\":\"1\",\"miimon\":\"1\",\"allSlavesActive\":2,", "allSlavesActive should be 0 or 1 actual: 2", 7)]
    [InlineData(Links + "\"mode\":\"1\",\"miimon\":\"1\",\"tlbDynamicLb\":1,", "tlbDynamicLb means nothing in mode active-backup", 7)]
    [InlineData(Links + "\"mode\":\"1\",\"miimon\":\"1\",\"xmitHashPolicy\":\"layer4\",", "invalid transmit hash policy \"layer4\"", 7)]
    [InlineData(Links + "\"mode\":\"1\",\"miimon\":\"1\",\"mac\":\"x\",", "invalid MAC address \"x\"", 7)]
    [InlineData(Links + "\"mode\":\"1\",\"miimon\":\"1\",\"ifname\":\"a b\",", "\"ifname\": ", 7)]
    [InlineData(Links + "\"mode\":\"1\",\"miimon\":\"1\",\"linksInContainer\":\"true\",", "network configuration: linksInContainer: expected a boolean", 6)]
    [InlineData(Links + "\"mode\":\"1\",\"miimon\":\"1\",\"ipam\":{\"type\":\"bond\"},", "bond is not a suitable IPAM type", 7)]
    public void BondConfig_RefusesABadValue(string keys, string message, int code)
    {
        var error = Assert.Throws<CniException>(() => Read(keys));
        Assert.StartsWith(message, error.Message);
        Assert.Equal((CniErrorCode)code, error.Code);
    }
}
