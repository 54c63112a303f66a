using System.Text;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.Ipam.Dhcp;

namespace MultiNet.Delegates.Tests.Ipam.Dhcp;

public sealed class DhcpConfigTests
{
    private static JsonFields Json(string ipam) => JsonFields.Parse(Encoding.UTF8.GetBytes($$"""{"name":"net","ipam":{{ipam}}}"""), "network configuration");

    private static DhcpConfig Read(string ipam, string args = "") => DhcpConfig.Read(Json(ipam), args);

    [Theory]
    [InlineData("""{}""", new byte[] { 3, 1 })]
    [InlineData("""{"request":[{"option":"121"}]}""", new byte[] { 121, 3, 1 })]
    [InlineData("""{"request":[{"option":"routers"},{"option":"3"},{"option":""}]}""", new byte[] { 3, 1 })]
    [InlineData("""{"request":[{"skipDefault":true,"option":"subnet-mask"}]}""", new byte[] { 1 })]
    [InlineData("""{"request":[{"skipDefault":true},{"option":"host-name"}]}""", new byte[] { 12 })]
    [InlineData("""{"request":[{"skipDefault":true}]}""", new byte[] { 1, 3, 15, 6 })]
    public void ParameterRequestList_HasWhatIsNamed_AndTheDefaults(string ipam, byte[] expected) => Assert.Equal(expected, Read(ipam).ParameterRequestList);

    [Fact]
    public void ProvidedOptions_HaveTheirValue_OrThatOfCniArgs()
    {
        var provided = Read(
            """{"provide":[{"option":"host-name","value":"fixed"},{"option":"12","fromArg":"K8S_POD_NAME"},{"option":"user-class","fromArg":"NONE"},{"option":"60","value":"v"}]}""",
            "IgnoreUnknown=1;K8S_POD_NAME=pod=1").Provided;
        Assert.Equal([(12, "pod=1"), (60, "v")], provided.Select(p => ((int)p.Code, Encoding.UTF8.GetString(p.Value))));
    }

    [Theory]
    [InlineData("""{"provide":[{"option":"foo","value":"x"}]}""", "Can not parse option \"foo\": Can not parse option: strconv.ParseUint: parsing \"foo\": invalid syntax")]
    [InlineData("""{"request":[{"option":"256"}]}""", "Can not parse option \"256\": Can not parse option: strconv.ParseUint: parsing \"256\": value out of range")]
    [InlineData("""{"request":[{"option":"-1"}]}""", "Can not parse option \"-1\": Can not parse option: strconv.ParseUint: parsing \"-1\": invalid syntax")]
    [InlineData("""{"provide":[{"value":"x"}]}""", "Can not parse option \"\": Can not parse option: strconv.ParseUint: parsing \"\": invalid syntax")]
    [InlineData("""{"provide":[{"option":"53","value":"x"}]}""", "option \"53\" cannot be provided")]
    public void OptionsThatAreNone_AreRefused(string ipam, string message)
    {
        var error = Assert.Throws<CniException>(() => Read(ipam));
        Assert.Equal((CniErrorCode.InvalidNetworkConfig, message), (error.Code, error.Message));
    }

    [Fact]
    public void LongValue_IsRefused() =>
        Assert.StartsWith("value too long for option \"12\": ", Assert.Throws<CniException>(() => Read($$"""{"provide":[{"option":"12","value":"{{new string('a', 256)}}"}]}""")).Message);

    [Theory]
    [InlineData("""{"provide":{}}""", "ipam.provide")]
    [InlineData("""{"provide":["x"]}""", "ipam.provide[0]")]
    [InlineData("""{"provide":[{"option":12}]}""", "ipam.provide[0].option")]
    [InlineData("""{"provide":[{"option":"12","value":5}]}""", "ipam.provide[0].value")]
    [InlineData("""{"provide":[{"option":"12","fromArg":[]}]}""", "ipam.provide[0].fromArg")]
    [InlineData("""{"request":"x"}""", "ipam.request")]
    [InlineData("""{"request":[{"skipDefault":"true"}]}""", "ipam.request[0].skipDefault")]
    [InlineData("""{"request":[{"option":3}]}""", "ipam.request[0].option")]
    [InlineData("""{"priority":"5"}""", "ipam.priority")]
    [InlineData("""{"priority":1.5}""", "ipam.priority")]
    public void KeyOfAnotherType_IsRefusedByName(string ipam, string key)
    {
        var error = Assert.Throws<CniException>(() => Read(ipam));
        Assert.Equal(CniErrorCode.DecodingFailure, error.Code);
        Assert.Contains(key, error.Message);
    }

    [Fact]
    public void Paths_HaveDefaults()
    {
        Assert.Equal("/run/cni/dhcp.sock", DhcpConfig.SocketPath(Json("{}")));
        Assert.Equal("/var/lib/cni/multinet/dhcp", DhcpConfig.StateDirectory(Json("{}")));
        Assert.Equal("/a", DhcpConfig.SocketPath(Json("""{"daemonSocketPath":"/a"}""")));
        Assert.Equal("/b", DhcpConfig.StateDirectory(Json("""{"daemonStateDir":"/b"}""")));
    }
}
