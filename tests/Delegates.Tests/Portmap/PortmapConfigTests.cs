using MultiNet.Cni;
using MultiNet.Delegates.Portmap;

namespace MultiNet.Delegates.Tests.Portmap;

public sealed class PortmapConfigTests
{
    private const string Chained = "\"prevResult\":{\"cniVersion\":\"1.1.0\",\"ips\":[{\"address\":\"10.1.2.3/24\"}]}";

    private static PortmapConfig Read(string keys, PortmapBackend backend = PortmapBackend.Iptables) =>
        PortmapConfig.Read(Context.Of("""{"cniVersion":"1.1.0","name":"net","type":"portmap",KEYS"unknown":1}""".Replace("KEYS", keys.Length > 0 ? keys.Trim() + "," : "")), backend);

    private static string Ports(string item) => $$"""
        "runtimeConfig":{"portMappings":[{{item}}]}
        """;

    [Fact]
    public void Config_HasTheReferencesDefaults()
    {
        var config = Read("");
        Assert.Null(config.Backend);
        Assert.True(config.Snat);
        Assert.False(config.MasqAll);
        Assert.Equal(13, config.MarkBit);
        Assert.Null(config.SetMarkChain);
        Assert.Empty(config.ConditionsV4);
        Assert.Empty(config.Mappings);
    }

    [Theory]
    [InlineData("\"markMasqBit\":5,\"externalSetMarkChain\":\"X\"", "Cannot specify externalSetMarkChain and markMasqBit")]
    [InlineData("\"markMasqBit\":-1", "MasqMarkBit must be between 0 and 31")]
    [InlineData("\"markMasqBit\":32", "MasqMarkBit must be between 0 and 31")]
    [InlineData("\"backend\":\"ebtables\"", "unrecognized backend \"ebtables\"")]
    [InlineData("\"backend\":\"\"", "unrecognized backend \"\"")]
    [InlineData("\"backend\":\"ebtables\",\"externalSetMarkChain\":\"X\"", "ebtables backend was requested but configuration contains iptables-specific options [externalSetMarkChain]")]
    [InlineData("\"backend\":\"nftables\",\"externalSetMarkChain\":\"X\"", "nftables backend was requested but configuration contains iptables-specific options [externalSetMarkChain]")]
    [InlineData("\"backend\":\"nftables\",\"externalSetMarkChain\":\"X\",\"conditionsV4\":[\"-d\",\"1\"],\"conditionsV6\":[\"!\",\"-d\",\"::1\"]", "nftables backend was requested but configuration contains iptables-specific options [externalSetMarkChain conditionsV4 conditionsV6]")]
    [InlineData("\"backend\":\"iptables\",\"conditionsV4\":[\"ip saddr 1.1.1.1\"]", "iptables backend was requested but configuration contains nftables-specific options [conditionsV4]")]
    [InlineData("\"conditionsV6\":[\"ip6 saddr ::1\"]", "iptables backend was requested but configuration contains nftables-specific options [conditionsV6]")]
    public void Config_RefusesInTheReferencesWords(string keys, string message)
    {
        var error = Assert.Throws<CniException>(() => Read(keys));
        Assert.Equal((message, CniErrorCode.InvalidNetworkConfig), (error.Message, error.Code));
    }

    [Fact]
    public void Config_TakesConditionsOfNftables_WhereThatIsTheDefault() =>
        Assert.Equal(["ip saddr 1.1.1.1"], Read("\"conditionsV4\":[\"ip saddr 1.1.1.1\"]", PortmapBackend.Nftables).ConditionsV4);

    [Theory]
    [InlineData("\"conditionsV4\":[\"\"]")]
    [InlineData("\"conditionsV4\":null")]
    [InlineData("\"conditionsV4\":[]")]
    [InlineData("\"conditionsV4\":[null]")]
    public void Config_TakesEmptyConditionsForNone(string keys) => Assert.Empty(Read(keys).ConditionsV4);

    [Theory]
    [InlineData("{\"hostPort\":0,\"containerPort\":80}", "Invalid host port number: 0")]
    [InlineData("{\"hostPort\":-5,\"containerPort\":80}", "Invalid host port number: -5")]
    [InlineData("{\"hostPort\":65536,\"containerPort\":80}", "Invalid host port number: 65536")]
    [InlineData("{\"containerPort\":80}", "Invalid host port number: 0")]
    [InlineData("{\"hostPort\":80}", "Invalid container port number: 0")]
    [InlineData("{\"hostPort\":0,\"containerPort\":0}", "Invalid container port number: 0")]
    [InlineData("{\"hostPort\":80,\"containerPort\":70000}", "Invalid container port number: 70000")]
    [InlineData("{\"hostPort\":80,\"containerPort\":80,\"protocol\":\"icmp\"}", "Invalid protocol: \"icmp\"")]
    [InlineData("{\"hostPort\":80,\"containerPort\":80,\"hostIP\":\"localhost\"}", "Invalid host IP address: \"localhost\"")]
    [InlineData("{\"hostPort\":80,\"containerPort\":80,\"hostIP\":\"10.0.0.0/8\"}", "Invalid host IP address: \"10.0.0.0/8\"")]
    public void Mapping_RefusesWhatCannotBe(string item, string message)
    {
        var error = Assert.Throws<CniException>(() => Read(Ports(item)));
        Assert.Equal((message, CniErrorCode.InvalidNetworkConfig), (error.Message, error.Code));
    }

    [Theory]
    [InlineData("\"backend\":1")]
    [InlineData("\"snat\":\"true\"")]
    [InlineData("\"masqAll\":1")]
    [InlineData("\"markMasqBit\":\"5\"")]
    [InlineData("\"markMasqBit\":1.5")]
    [InlineData("\"externalSetMarkChain\":[]")]
    [InlineData("\"conditionsV4\":\"-d\"")]
    [InlineData("\"conditionsV6\":[1]")]
    [InlineData("\"runtimeConfig\":[]")]
    [InlineData("\"runtimeConfig\":{\"portMappings\":{}}")]
    [InlineData("\"runtimeConfig\":{\"portMappings\":[5]}")]
    [InlineData("\"runtimeConfig\":{\"portMappings\":[{\"hostPort\":\"80\",\"containerPort\":80}]}")]
    [InlineData("\"runtimeConfig\":{\"portMappings\":[{\"hostPort\":80,\"containerPort\":99999999999}]}")]
    [InlineData("\"runtimeConfig\":{\"portMappings\":[{\"hostPort\":80,\"containerPort\":80,\"protocol\":6}]}")]
    [InlineData("\"runtimeConfig\":{\"portMappings\":[{\"hostPort\":80,\"containerPort\":80,\"hostIP\":5}]}")]
    public void Config_RefusesOtherTypes(string keys) => Assert.Equal(CniErrorCode.DecodingFailure, Assert.Throws<CniException>(() => Read(keys)).Code);

    [Theory]
    [InlineData("", "tcp")]
    [InlineData("TCP", "tcp")]
    [InlineData("Udp", "udp")]
    [InlineData("SCTP", "sctp")]
    public void Mapping_HasItsProtocolInOneForm(string protocol, string normal) =>
        Assert.Equal(normal, Assert.Single(Read(Ports($$"""{"hostPort":80,"containerPort":80,"protocol":"{{protocol}}"}""")).Mappings).Protocol);

    [Theory]
    [InlineData("", "", true, true)]
    [InlineData("192.0.2.1", "192.0.2.1", true, false)]
    [InlineData("192.0.2.1", "192.0.2.2", false, false)]
    [InlineData("192.0.2.1", "", true, false)]
    [InlineData("192.0.2.1", "0.0.0.0", true, false)]
    [InlineData("0.0.0.0", "::", false, false)]
    [InlineData("", "::1", false, true)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true, false)]
    public void Mapping_CollidesWhereBothWouldHaveAPacket(string one, string two, bool ipv4, bool ipv6)
    {
        var mappings = Read($$"""
            "runtimeConfig":{"portMappings":[{"hostPort":80,"containerPort":1,"hostIP":"{{one}}"},{"hostPort":80,"containerPort":2,"hostIP":"{{two}}"},{"hostPort":80,"containerPort":2,"protocol":"udp"},{"hostPort":81,"containerPort":2}]}
            """).Mappings;
        Assert.Equal(ipv4, mappings[0].CollidesWith(mappings[1], ipv4: true));
        Assert.Equal(ipv6, mappings[1].CollidesWith(mappings[0], ipv4: false));
        Assert.False(mappings[0].CollidesWith(mappings[2], ipv4: true));
        Assert.False(mappings[0].CollidesWith(mappings[3], ipv4: true));
    }

    [Theory]
    [InlineData("", "must be called as chained plugin")]
    [InlineData("\"runtimeConfig\":{\"portMappings\":[{\"hostPort\":80,\"containerPort\":80}]}", "must be called as chained plugin")]
    [InlineData("\"markMasqBit\":99", "failed to parse config: MasqMarkBit must be between 0 and 31")]
    [InlineData("\"backend\":\"x\"," + Chained, "failed to parse config: unrecognized backend \"x\"")]
    public void Add_FailsInTheReferencesWords(string keys, string message)
    {
        using var node = new TestNode();
        string config = """{"cniVersion":"1.1.0","name":"net","type":"portmap",KEYS"unknown":1}""".Replace("KEYS", keys.Length > 0 ? keys + "," : "");
        Assert.Equal(message, Assert.Throws<CniException>(() => node.Add(config, node.AddPod())).Message);
    }

    [Fact]
    public void Check_WantsThePreviousResult()
    {
        using var node = new TestNode();
        Assert.Equal("Required prevResult missing", Assert.Throws<CniException>(
            () => node.Call(CniVerb.Check, """{"cniVersion":"1.1.0","name":"net","type":"portmap"}""", node.AddPod())).Message);
    }
}
