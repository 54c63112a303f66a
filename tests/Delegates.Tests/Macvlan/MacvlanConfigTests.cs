using MultiNet.Cni;
using MultiNet.Delegates.Macvlan;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Macvlan;

public sealed class MacvlanConfigTests
{
    [Fact]
    public void MacvlanConfig_ReadsItsKeys()
    {
        var config = MacvlanConfig.Read(Context.Of(
            """{"name":"n","type":"macvlan","master":"up0","linkInContainer":true,"mode":"vepa","mtu":1400,"mac":"0a:58:0a:01:02:03","bcqueuelen":5,"enabledad":true,"dns":{"domain":"d"}}"""));
        Assert.Equal(("up0", true), (config.Master!.Name, config.Master.InContainer));
        Assert.Equal((MacvlanMode.Vepa, 1400, 5u, true), (config.Mode, config.Mtu, config.BroadcastQueueLength!.Value, config.EnableDad));
        Assert.Equal(("0a:58:0a:01:02:03", "d"), (config.Mac.ToString(), config.Dns!.Domain));
    }

    [Fact]
    public void MacvlanConfig_HasDefaults()
    {
        var config = MacvlanConfig.Read(Context.Of("""{"name":"n","type":"macvlan","master":"","mode":"","bcqueuelen":0,"mac":""}"""));
        Assert.Equal(("", false, MacvlanMode.Bridge), (config.Master!.Name, config.Master.InContainer, config.Mode));
        Assert.Null(config.BroadcastQueueLength);
        Assert.Null(config.Mac);
        Assert.Null(config.Dns);
    }

    [Theory]
    [InlineData("\"mode\":\"source\"", "unknown macvlan mode: \"source\"")]
    [InlineData("\"mode\":\"Bridge\"", "unknown macvlan mode: \"Bridge\"")]
    [InlineData("\"mac\":\"01:00:5e:00:00:01\"", "invalid MAC address \"01:00:5e:00:00:01\"")]
    [InlineData("\"runtimeConfig\":{\"mac\":\"x\"}", "invalid MAC address \"x\"")]
    [InlineData("\"master\":\"a/b\"", "\"master\": ")]
    [InlineData("\"master\":\"sixteen-bytes-xx\"", "\"master\": ")]
    [InlineData("\"bcqueuelen\":4294967296", "invalid bcqueuelen 4294967296")]
    public void MacvlanConfig_RefusesWithCodeSeven(string keys, string message)
    {
        var error = Assert.Throws<CniException>(() => MacvlanConfig.Read(Context.Of($$"""{"name":"n","type":"macvlan",{{keys}}}""")));
        Assert.StartsWith(message, error.Message);
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, error.Code);
    }

    [Theory]
    [InlineData("\"master\":5")]
    [InlineData("\"mode\":[]")]
    [InlineData("\"mtu\":\"1400\"")]
    [InlineData("\"mtu\":1.5")]
    [InlineData("\"mac\":{}")]
    [InlineData("\"linkInContainer\":\"true\"")]
    [InlineData("\"bcqueuelen\":-1")]
    [InlineData("\"enabledad\":0")]
    [InlineData("\"dns\":[]")]
    public void MacvlanConfig_RefusesOtherTypes_WithCodeSix(string keys) =>
        Assert.Equal(CniErrorCode.DecodingFailure, Assert.Throws<CniException>(() => MacvlanConfig.Read(Context.Of($$"""{"name":"n","type":"macvlan",{{keys}}}"""))).Code);

    [Fact]
    public void MacvlanConfig_RefusesUnknownArguments() =>
        Assert.StartsWith("ARGS: ", Assert.Throws<CniException>(() => MacvlanConfig.Read(Context.Of("""{"name":"n","type":"macvlan"}""", args: "MAC"))).Message);
}
