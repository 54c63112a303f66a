using System.Net;

namespace MultiNet.Cni.Tests.Results;

/// <summary>The printed forms, compared with what the reference's static plugin (1.9.1) printed for the same addresses.</summary>
public sealed class CniResultWriterTests
{
    private static readonly CniResult Full = new()
    {
        IPs =
        [
            new CniIP { Address = new IPPrefix(IPAddress.Parse("10.1.2.3"), 24), Gateway = IPAddress.Parse("10.1.2.1") },
            new CniIP { Address = new IPPrefix(IPAddress.Parse("fd00::5"), 64) },
        ],
        Routes =
        [
            new CniRoute { Dst = IPPrefix.DefaultIPv4 },
            new CniRoute
            {
                Dst = new IPPrefix(IPAddress.Parse("10.9.0.0"), 16), Gw = IPAddress.Parse("10.1.2.9"),
                Mtu = 1400, AdvMss = 1300, Priority = 7, Table = 100, Scope = 0,
            },
        ],
        Dns = new CniDns { Nameservers = ["1.1.1.1"], Domain = "<a&b>", Search = ["s"], Options = ["o"] },
    };

    private static readonly CniResult WithInterfaces = new()
    {
        Interfaces =
        [
            new CniInterface { Name = "br0", Mac = "aa:bb:cc:dd:ee:ff" },
            new CniInterface
            {
                Name = "eth0", Mac = "aa:bb:cc:dd:ee:00", Mtu = 1500, Sandbox = "/ns", SocketPath = "/run/s", PciId = "0000:01:00.0",
            },
        ],
        IPs = [new CniIP { Address = new IPPrefix(IPAddress.Parse("10.1.2.3"), 24), Interface = 1 }],
    };

    [Fact]
    public void Write_PrintsAsReference_In020() => Assert.Equal(
        """
        {
            "cniVersion": "0.2.0",
            "ip4": {
                "ip": "10.1.2.3/24",
                "gateway": "10.1.2.1",
                "routes": [
                    {
                        "dst": "0.0.0.0/0"
                    },
                    {
                        "dst": "10.9.0.0/16",
                        "gw": "10.1.2.9"
                    }
                ]
            },
            "ip6": {
                "ip": "fd00::5/64"
            },
            "dns": {
                "nameservers": [
                    "1.1.1.1"
                ],
                "domain": "\u003ca\u0026b\u003e",
                "search": [
                    "s"
                ],
                "options": [
                    "o"
                ]
            }
        }
        """, Json.Print(Full, "0.2.0"));

    [Theory]
    [InlineData("0.3.0")]
    [InlineData("0.3.1")]
    [InlineData("0.4.0")]
    public void Write_PrintsAsReference_In03x(string version) => Assert.Equal(
        """
        {
            "cniVersion": "VERSION",
            "ips": [
                {
                    "version": "4",
                    "address": "10.1.2.3/24",
                    "gateway": "10.1.2.1"
                },
                {
                    "version": "6",
                    "address": "fd00::5/64"
                }
            ],
            "routes": [
                {
                    "dst": "0.0.0.0/0"
                },
                {
                    "dst": "10.9.0.0/16",
                    "gw": "10.1.2.9",
                    "mtu": 1400,
                    "advmss": 1300,
                    "priority": 7,
                    "table": 100,
                    "scope": 0
                }
            ],
            "dns": {
                "nameservers": [
                    "1.1.1.1"
                ],
                "domain": "\u003ca\u0026b\u003e",
                "search": [
                    "s"
                ],
                "options": [
                    "o"
                ]
            }
        }
        """.Replace("VERSION", version), Json.Print(Full, version));

    [Theory]
    [InlineData("1.0.0")]
    [InlineData("1.1.0")]
    public void Write_PrintsAsReference_In1x(string version) => Assert.Equal(
        """
        {
            "cniVersion": "VERSION",
            "dns": {
                "domain": "\u003ca\u0026b\u003e",
                "nameservers": [
                    "1.1.1.1"
                ],
                "options": [
                    "o"
                ],
                "search": [
                    "s"
                ]
            },
            "ips": [
                {
                    "address": "10.1.2.3/24",
                    "gateway": "10.1.2.1"
                },
                {
                    "address": "fd00::5/64"
                }
            ],
            "routes": [
                {
                    "dst": "0.0.0.0/0"
                },
                {
                    "advmss": 1300,
                    "dst": "10.9.0.0/16",
                    "gw": "10.1.2.9",
                    "mtu": 1400,
                    "priority": 7,
                    "scope": 0,
                    "table": 100
                }
            ]
        }
        """.Replace("VERSION", version), Json.Print(Full, version));

    [Theory]
    [InlineData("0.2.0", "{\"cniVersion\":\"0.2.0\",\"ip4\":{\"ip\":\"10.1.2.3/24\"},\"dns\":{}}")]
    [InlineData("0.4.0", "{\"cniVersion\":\"0.4.0\",\"interfaces\":[{\"name\":\"br0\",\"mac\":\"aa:bb:cc:dd:ee:ff\"},"
        + "{\"name\":\"eth0\",\"mac\":\"aa:bb:cc:dd:ee:00\",\"sandbox\":\"/ns\"}],\"ips\":[{\"version\":\"4\",\"interface\":1,\"address\":\"10.1.2.3/24\"}],\"dns\":{}}")]
    [InlineData("1.0.0", "{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"mac\":\"aa:bb:cc:dd:ee:ff\",\"name\":\"br0\"},"
        + "{\"mac\":\"aa:bb:cc:dd:ee:00\",\"mtu\":1500,\"name\":\"eth0\",\"pciID\":\"0000:01:00.0\",\"sandbox\":\"/ns\",\"socketPath\":\"/run/s\"}],"
        + "\"ips\":[{\"address\":\"10.1.2.3/24\",\"interface\":1}]}")]
    public void Write_KeepsOfInterfacesWhatTheVersionKnows(string version, string expected) =>
        Assert.Equal(expected, Json.Text(CniResultWriter.WriteCompact(WithInterfaces, version)));

    [Theory]
    [InlineData("0.1.0")]
    [InlineData("0.2.0")]
    public void Write_Fails_WhenOldVersionHasNoAddressToSay(string version)
    {
        var error = Assert.Throws<CniException>(() => CniResultWriter.Write(new CniResult(), version));
        Assert.Equal("cannot convert: no valid IP addresses", error.Message);
    }

    [Theory]
    [InlineData("1.2.0")]
    [InlineData("0.3")]
    [InlineData("x")]
    public void Write_Fails_WhenVersionIsUnknown(string version)
    {
        var error = Assert.Throws<CniException>(() => CniResultWriter.Write(new CniResult(), version));
        Assert.Equal(CniErrorCode.IncompatibleCniVersion, error.Code);
        Assert.Equal($"no converter for CNI result version 1.1.0 to {version}", error.Message);
    }

    [Fact]
    public void Write_Of1xIsEmptyObjectButForVersion_WhenNothingIsSet() =>
        Assert.Equal("{\n    \"cniVersion\": \"1.1.0\"\n}", Json.Print(new CniResult(), "1.1.0"));

    [Fact]
    public void Write_TakesEmptyVersionFor010() =>
        Assert.StartsWith("{\n    \"cniVersion\": \"0.1.0\"", Json.Print(Full, ""));

    [Theory]
    [InlineData("0.1.0")]
    [InlineData("0.2.0")]
    [InlineData("0.3.0")]
    [InlineData("0.3.1")]
    [InlineData("0.4.0")]
    [InlineData("1.0.0")]
    [InlineData("1.1.0")]
    public void ConvertTo_EqualsPrintingAndReadingAgain(string version)
    {
        var mixed = Full with { Interfaces = WithInterfaces.Interfaces, IPs = [Full.IPs[1], .. WithInterfaces.IPs, Full.IPs[0]], Routes = [.. Full.Routes, new CniRoute { Dst = IPPrefix.DefaultIPv6 }, Full.Routes[0]] };
        var converted = mixed.ConvertTo(version);
        var reread = CniResultReader.Read(CniResultWriter.Write(mixed, version), "1.1.0", "result");
        // Compared in the newest form, which shows everything that either of them holds.
        Assert.Equal(version, converted.CniVersion);
        Assert.Equal(version, reread.CniVersion);
        Assert.Equal(Json.Print(reread, "1.1.0"), Json.Print(converted, "1.1.0"));
    }
}
