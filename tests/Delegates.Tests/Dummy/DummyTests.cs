using MultiNet.Cni;
using MultiNet.Delegates.Dummy;
using MultiNet.Delegates.Tests.SingleInterface;

namespace MultiNet.Delegates.Tests.Dummy;

public sealed class DummyTests
{
    [Theory]
    [InlineData("", CniErrorCode.InvalidNetworkConfig, "dummy interface requires an IPAM configuration")]
    [InlineData(",\"ipam\":{\"type\":\"static\"},\"mtu\":5", CniErrorCode.InvalidNetworkConfig, "invalid MTU 5 (must be 0 or between 68 and 65535)")]
    [InlineData(",\"ipam\":{\"type\":\"static\"},\"mac\":\"x\"", CniErrorCode.InvalidNetworkConfig, "invalid MAC address \"x\"")]
    [InlineData(",\"ipam\":{\"type\":\"static\"},\"mtu\":\"5\"", CniErrorCode.DecodingFailure, "")]
    [InlineData(",\"ipam\":{\"type\":\"static\"},\"mac\":[]", CniErrorCode.DecodingFailure, "")]
    [InlineData(",\"ipam\":{\"type\":\"static\"},\"enabledad\":[]", CniErrorCode.DecodingFailure, "")]
    public void DummyConfig_RefusesWhatCannotBe(string keys, CniErrorCode code, string message)
    {
        var error = Assert.Throws<CniException>(() => DummyConfig.Read(Context.Of($$"""{"name":"n","type":"dummy"{{keys}}}""")));
        Assert.Equal(code, error.Code);
        Assert.StartsWith(message, error.Message);
    }

    [Fact]
    [Trait("Kernel", "vm")]
    public void Dummy_HasAddressAndMtu_AndAnswersItself()
    {
        using var up = new UplinkNode();
        var pod = up.Node.AddPod();
        pod.Exec("ip", "link set lo up");
        string config = UplinkNode.Config("dummy", "\"mtu\":9000,\"mac\":\"0a:58:0a:01:02:03\"");
        var result = up.Node.Add(config, pod);
        Assert.Equal(("0a:58:0a:01:02:03", 9000), (result.Interfaces[0].Mac, result.Interfaces[0].Mtu));
        Assert.Equal(("0a:58:0a:01:02:03", 9000), (pod.Link().GetProperty("address").GetString(), pod.Link().GetProperty("mtu").GetInt32()));
        Assert.True(pod.CanPing("10.1.2.5"));
        Assert.True(pod.CanPing("fd00:1::5"));
        up.Node.Call(CniVerb.Check, TestNode.WithPrevResult(config, result), pod);
    }
}
