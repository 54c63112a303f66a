using MultiNet.Cni;
using MultiNet.Delegates.Masquerade;
using MultiNet.Delegates.Ptp;

namespace MultiNet.Delegates.Tests.Ptp;

public sealed class PtpConfigTests
{
    [Fact]
    public void PtpConfig_ReadsItsKeys()
    {
        var config = PtpConfig.Read(Context.Of("""{"name":"n","type":"ptp","ipMasq":true,"ipMasqBackend":"nftables","mtu":1400,"dns":{"domain":"d"},"ipam":{"type":"static"}}"""));
        Assert.Equal(new MasqueradeConfig(true, MasqueradeBackend.Nftables), config.Masquerade);
        Assert.Equal(1400, config.Mtu);
        Assert.Equal("d", config.Dns!.Domain);
    }

    [Theory]
    [InlineData("""{"name":"n","type":"ptp"}""", "ptp requires an IPAM configuration")]
    [InlineData("""{"name":"n","type":"ptp","ipam":{}}""", "ptp requires an IPAM configuration")]
    [InlineData("""{"name":"n","type":"ptp","mtu":5,"ipam":{"type":"static"}}""", "invalid MTU 5 (must be 0 or between 68 and 65535)")]
    [InlineData("""{"name":"n","type":"ptp","ipMasqBackend":"x","ipam":{"type":"static"}}""", "unknown ipmasq backend \"x\"")]
    public void PtpConfig_RefusesWithCodeSeven(string json, string message)
    {
        var error = Assert.Throws<CniException>(() => PtpConfig.Read(Context.Of(json)));
        Assert.Equal(message, error.Message);
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, error.Code);
    }
}
