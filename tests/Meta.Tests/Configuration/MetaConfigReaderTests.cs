using System.Text;
using MultiNet.Cni;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Tests.Doubles;

namespace MultiNet.Meta.Tests.Configuration;

public class MetaConfigReaderTests
{
    [Fact]
    public void Read_TakesTheReferencesDefaults()
    {
        var config = Planned.Config();
        Assert.Equal("/etc/cni/multus/net.d", config.ConfDir);
        Assert.Equal("/var/lib/cni/multus", config.CniDir);
        Assert.Equal("/opt/cni/bin", config.BinDir);
        Assert.Equal(["default"], config.GlobalNamespaces);
        Assert.Equal(["kube-system"], config.SystemNamespaces);
        Assert.Equal("kube-system", config.MultusNamespace);
        Assert.Equal("panic", config.LogLevel);
        Assert.Equal("/var/lib/cni/multinet", config.StateDir);
        Assert.False(config.NamespaceIsolation);
    }

    [Theory]
    [InlineData("", "/run/multinet/multinetd.sock")]
    [InlineData("\"daemonSocket\":\"off\"", "")]
    [InlineData("\"daemonSocket\":\"/run/other.sock\"", "/run/other.sock")]
    public void Read_FindsTheDaemonsSocket(string key, string path) => Assert.Equal(path, Planned.Config(key).DaemonSocket);

    [Fact]
    public void Read_KeepsDelegatesByteForByte()
    {
        Assert.Equal(Planned.DefaultDelegate, Encoding.UTF8.GetString(Planned.Config().Delegates[0].Span));
    }

    [Theory]
    [InlineData("\"confDir\":\"relative\"", CniErrorCode.InvalidNetworkConfig)]
    [InlineData("\"manifestDir\":\"relative\"", CniErrorCode.InvalidNetworkConfig)]
    [InlineData("\"daemonSocket\":\"on\"", CniErrorCode.InvalidNetworkConfig)]
    [InlineData("\"daemonSocket\":\"/0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678\"", CniErrorCode.InvalidNetworkConfig)]
    [InlineData("\"stateDir\":\"/a\\u0000b\"", CniErrorCode.InvalidNetworkConfig)]
    [InlineData("\"clusterNetwork\":\"/a\\u0000b\"", CniErrorCode.InvalidNetworkConfig)]
    [InlineData("\"logLevel\":\"loud\"", CniErrorCode.InvalidNetworkConfig)]
    [InlineData("\"builtin\":\"maybe\"", CniErrorCode.InvalidNetworkConfig)]
    [InlineData("\"parallel\":\"yes\"", CniErrorCode.InvalidNetworkConfig)]
    [InlineData("\"attachmentTimeoutSeconds\":0", CniErrorCode.InvalidNetworkConfig)]
    [InlineData("\"attachmentTimeoutSeconds\":1.5", CniErrorCode.DecodingFailure)]
    [InlineData("\"namespaceIsolation\":\"true\"", CniErrorCode.DecodingFailure)]
    [InlineData("\"defaultNetworks\":\"a\"", CniErrorCode.DecodingFailure)]
    [InlineData("\"auxiliaryCNIChainName\":\"x\"", CniErrorCode.InvalidNetworkConfig)]
    [InlineData("\"logOptions\":{\"maxAge\":-1}", CniErrorCode.InvalidNetworkConfig)]
    public void Read_RefusesBadValues(string key, CniErrorCode code) =>
        Assert.Equal(code, Assert.Throws<CniException>(() => Planned.Config(key)).Code);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"delegates":[]}""")]
    [InlineData("""{"delegates":null,"clusterNetwork":""}""")]
    public void Read_DemandsANetwork(string json)
    {
        var e = Assert.Throws<CniException>(() => MetaConfigReader.Read(Encoding.UTF8.GetBytes(json)));
        Assert.Equal("LoadNetConf: at least one delegate/clusterNetwork must be specified", e.Message);
    }

    [Fact]
    public void Read_OnlyEverThrowsCniExceptions_OnRandomInput()
    {
        var random = new Random(20261120);
        byte[] valid = Planned.Config().Raw.ToArray();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] mutated = [.. valid];
            for (int n = random.Next(1, 8); n > 0; n--)
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            var e = Record.Exception(() => MetaConfigReader.Read(mutated));
            Assert.True(e is null or CniException, $"{e} for {Convert.ToBase64String(mutated)}");
        }
    }
}
