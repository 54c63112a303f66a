using MultiNet.Cni;
using MultiNet.Delegates.Vrf;

namespace MultiNet.Delegates.Tests.Vrf;

public sealed class VrfConfigTests
{
    [Fact]
    public void VrfConfig_ReadsItsKeys() =>
        Assert.Equal(new VrfConfig("blue", 4000000000), VrfConfig.Read(Context.Of("""{"name":"n","type":"vrf","vrfname":"blue","table":4000000000}""")));

    [Theory]
    [InlineData("", "configuration is expected to have a valid vrf name", 7)]
    [InlineData("\"vrfname\":\"\",", "configuration is expected to have a valid vrf name", 7)]
    [InlineData("\"vrfname\":\"a/b\",", "\"vrfname\": ", 7)]
    [InlineData("\"vrfname\":\"abcdefghijklmnop\",", "\"vrfname\": ", 7)]
    [InlineData("\"vrfname\":7,", "network configuration: vrfname: expected a string", 6)]
    [InlineData("\"vrfname\":\"blue\",\"table\":\"7\",", "network configuration: table: expected a whole number", 6)]
    [InlineData("\"vrfname\":\"blue\",\"table\":-1,", "network configuration: table: expected a whole number", 6)]
    [InlineData("\"vrfname\":\"blue\",\"table\":4294967296,", "invalid routing table 4294967296", 7)]
    public void VrfConfig_RefusesABadValue(string keys, string message, int code)
    {
        var error = Assert.Throws<CniException>(() => VrfConfig.Read(Context.Of($$"""{"name":"n",{{keys}}"type":"vrf"}""")));
        Assert.StartsWith(message, error.Message);
        Assert.Equal((CniErrorCode)code, error.Code);
    }

    [Fact]
    public void Vrf_NeedsAnEarlierPlugin()
    {
        using var node = new TestNode();
        var pod = node.AddPod();
        foreach (var verb in (CniVerb[])[CniVerb.Add, CniVerb.Check])
        {
            var error = Assert.Throws<CniException>(() => node.Call(verb, """{"cniVersion":"1.0.0","name":"n","type":"vrf","vrfname":"blue"}""", pod));
            Assert.Equal(("missing prevResult from earlier plugin", CniErrorCode.InvalidNetworkConfig), (error.Message, error.Code));
        }
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, Assert.Throws<CniException>(() => node.Call(CniVerb.Status, """{"cniVersion":"1.1.0","name":"n","type":"vrf"}""")).Code);
    }
}
