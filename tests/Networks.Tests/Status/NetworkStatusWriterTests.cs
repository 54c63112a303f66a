using MultiNet.Cni;

namespace MultiNet.Networks.Tests;

public class NetworkStatusWriterTests
{
    private static readonly NetworkStatus[] Entries =
    [
        new() { Name = "cbr0", Interface = "eth0", IPs = ["10.244.1.5"], Mac = "0a:58:0a:f4:01:05", Default = true, Gateway = ["10.244.1.1"] },
        new()
        {
            Name = "default/sriov", Interface = "net1", IPs = ["10.1.0.5", "fd00::5"], Mac = "0a:00:00:00:00:03", Mtu = 9000,
            Dns = new CniDns { Nameservers = ["10.1.0.2"], Domain = "example.com", Search = ["a", "b"], Options = ["ndots:5"] },
            DeviceInfo = new DeviceInfo { Type = "pci", Pci = new PciDevice { PciAddress = "0000:18:02.5" } },
        },
        new() { Name = "default/<x>" },
    ];

    private const string Golden = """
        [{
            "name": "cbr0",
            "interface": "eth0",
            "ips": [
                "10.244.1.5"
            ],
            "mac": "0a:58:0a:f4:01:05",
            "default": true,
            "dns": {},
            "gateway": [
                "10.244.1.1"
            ]
        },{
            "name": "default/sriov",
            "interface": "net1",
            "ips": [
                "10.1.0.5",
                "fd00::5"
            ],
            "mac": "0a:00:00:00:00:03",
            "mtu": 9000,
            "dns": {
                "nameservers": [
                    "10.1.0.2"
                ],
                "domain": "example.com",
                "search": [
                    "a",
                    "b"
                ],
                "options": [
                    "ndots:5"
                ]
            },
            "device-info": {
                "type": "pci",
                "version": "1.1.0",
                "pci": {
                    "pci-address": "0000:18:02.5"
                }
            }
        },{
            "name": "default/\u003cx\u003e",
            "dns": {}
        }]
        """;

    [Fact]
    public void Writer_WritesAsMultusDoes() => Assert.Equal(Golden, NetworkStatusWriter.Write(Entries));

    [Fact]
    public void Writer_WritesEmptyList_WhenThereAreNoEntries() => Assert.Equal("[]", NetworkStatusWriter.Write([]));

    [Fact]
    public void Reader_ReadsWhatWriterWrote() => Assert.Equal(Golden, NetworkStatusWriter.Write(NetworkStatusReader.Read(Golden)));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("[null]")]
    public void Reader_ReadsNothing_WhenEmpty(string text) => Assert.Empty(NetworkStatusReader.Read(text));

    [Fact]
    public void Reader_DropsNilGateway_WhenMultusWroteIt()
    {
        var entry = Assert.Single(NetworkStatusReader.Read("""[{"name": "a", "ips": null, "dns": null, "device-info": null, "gateway": ["\u003cnil\u003e", "10.0.0.1"], "x": 1}]"""));
        Assert.Equal(["10.0.0.1"], entry.Gateway);
        Assert.Empty(entry.IPs);
        Assert.True(entry.Dns.IsEmpty);
        Assert.Null(entry.DeviceInfo);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("[1]")]
    [InlineData("""[{"name": 1}]""")]
    [InlineData("""[{"ips": "a"}]""")]
    [InlineData("""[{"mtu": "a"}]""")]
    [InlineData("""[{"default": "true"}]""")]
    [InlineData("""[{"device-info": []}]""")]
    public void Reader_Throws_WhenMalformed(string text)
    {
        var error = Assert.Throws<CniException>(() => NetworkStatusReader.Read(text, "pod a/b: network-status"));
        Assert.Equal(CniErrorCode.DecodingFailure, error.Code);
        Assert.StartsWith("pod a/b: network-status", error.Message);
    }
}
