using MultiNet.Cni;
using MultiNet.Delegates.Bandwidth;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Bandwidth;

public sealed class BandwidthConfigTests
{
    private static BandwidthConfig Read(string keys) => BandwidthConfig.Read(Context.Of($$"""{"cniVersion":"1.1.0","name":"n","type":"bandwidth",{{keys}}}"""));

    [Theory]
    [InlineData("\"ingressRate\":8", "if rate is set, burst must also be set")]
    [InlineData("\"egressRate\":8", "if rate is set, burst must also be set")]
    [InlineData("\"ingressBurst\":8", "if burst is set, rate must also be set")]
    [InlineData("\"egressBurst\":8", "if burst is set, rate must also be set")]
    [InlineData("\"ingressRate\":8,\"ingressBurst\":34359738360", "burst cannot be more than 4GB")]
    [InlineData("\"egressRate\":8,\"egressBurst\":18446744073709551615", "burst cannot be more than 4GB")]
    [InlineData("\"runtimeConfig\":{\"bandwidth\":{\"egressRate\":8}}", "if rate is set, burst must also be set")]
    [InlineData("\"ingressRate\":7,\"ingressBurst\":8000", "invalid rate: 7")]
    [InlineData("\"ingressRate\":8000,\"ingressBurst\":7", "invalid burst: 7")]
    [InlineData("\"ingressRate\":18446744073709551615,\"ingressBurst\":34359738351", "invalid burst: 34359738351")]
    [InlineData("\"ingressRate\":100000000000,\"ingressBurst\":8000", "invalid burst: 8000")]
    public void Bandwidth_RefusesLimitsThatCannotBe(string keys, string message)
    {
        var error = Assert.Throws<CniException>(() => Read(keys));
        Assert.Equal((CniErrorCode.InvalidNetworkConfig, message), (error.Code, error.Message));
        Assert.Contains(keys.Contains("egress") ? "egressRate" : "ingressRate", error.Details);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e6")]
    [InlineData("18446744073709551616")]
    [InlineData("\"1M\"")]
    [InlineData("true")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void Bandwidth_RefusesOtherTypes(string value)
    {
        foreach (string key in (string[])["ingressRate", "ingressBurst", "egressRate", "egressBurst"])
        {
            foreach (string keys in (string[])[$"\"{key}\":{value}", $"\"runtimeConfig\":{{\"bandwidth\":{{\"{key}\":{value}}}}}", $"\"ingressRate\":0,\"runtimeConfig\":{{\"bandwidth\":{{\"{key}\":{value}}}}}"])
            {
                var error = Assert.Throws<CniException>(() => Read(keys));
                Assert.Equal(CniErrorCode.DecodingFailure, error.Code);
                Assert.Contains(key, error.Message);
            }
        }
    }

    [Theory]
    [InlineData("\"runtimeConfig\":{\"bandwidth\":5}")]
    [InlineData("\"runtimeConfig\":{\"bandwidth\":[]}")]
    public void Bandwidth_RefusesARuntimesValueOfAnotherType(string keys) =>
        Assert.Equal(CniErrorCode.DecodingFailure, Assert.Throws<CniException>(() => Read(keys)).Code);

    [Fact]
    public void Bandwidth_ReadsKeysInAnyCase()
    {
        var config = Read("\"INGRESSRATE\":8000,\"ingressburst\":16000");
        Assert.Equal((new RateLimit(8000, 16000), null), (config.Ingress, config.Egress));
    }

    [Theory]
    [InlineData("\"ingressRate\":null")]
    [InlineData("\"unknown\":1")]
    public void Bandwidth_TakesTheRuntimes_WhereNoKeyHasAValue(string keys) =>
        Assert.Equal(new RateLimit(8000, 16000), Read(keys + ",\"runtimeConfig\":{\"bandwidth\":{\"egressRate\":8000,\"egressBurst\":16000}}").Egress);

    [Theory]
    [InlineData(80_000_000UL, 8_000_000UL, 10_000_000UL, 1_250_000U, 1_562_500U)]
    [InlineData(1_000_000UL, 2_147_483_647UL, 125_000UL, 268_438_580U, uint.MaxValue)]
    [InlineData(80_000_000_000UL, 34_359_738_351UL, 10_000_000_000UL, uint.MaxValue, 6_710_875U)]
    public void RateLimit_IsTheReferencesBucket_WithoutBeginningAgainAtZero(ulong rate, ulong burst, ulong bytes, uint limit, uint buffer) =>
        Assert.Equal(new TokenBucket(bytes, limit, buffer), new RateLimit(rate, burst).ToBucket(SchedulerClock.Read()));

    [Theory]
    [InlineData(1000U, 1000U, true)]
    [InlineData(1001U, 1000U, false)]
    [InlineData(67_108_863U, 335_544_319U, true)]
    [InlineData(67_108_863U, 1000U, false)]
    public void RateLimit_KnowsThatSomeKernelsCutTheBucket(uint found, uint asked, bool same) =>
        Assert.Equal(same, RateLimit.IsBuffer(found, asked, SchedulerClock.Read()));

    [Fact]
    public void IfbName_IsTheReferences()
    {
        // sha512("net1" + "container1"), as the reference's utils.MustFormatHashWithPrefix cuts it.
        Assert.Equal("bwp" + Sha512.Hex("net1container1"u8)[..12], IfbName.Of("net1", "container1"));
        Assert.NotEqual(IfbName.Of("net1", "container1", "eth0"), IfbName.Of("net1", "container1", "eth1"));
        Assert.Equal(15, IfbName.Of("net1", "container1", "eth0").Length);
    }
}
