using System.Net;
using System.Text;
using MultiNet.Cni;

namespace MultiNet.Networks.Tests;

public class NetworkStatusBuilderTests
{
    private static NetworkStatus Entry(string result, string ifName = "net1", IReadOnlyList<IPAddress>? gateways = null) =>
        NetworkStatusBuilder.Entry(new AttachmentStatus
        {
            Network = "default/a",
            Interface = ifName,
            Result = CniResultReader.Read(Encoding.UTF8.GetBytes(result), "1.1.0", "result"),
            Gateways = gateways,
        });

    [Fact]
    public void Entry_DescribesSandboxInterface_WhenResultNamesHostInterfacesToo()
    {
        var entry = Entry("""
            {"cniVersion": "1.1.0",
             "interfaces": [{"name": "br0", "mac": "0a:00:00:00:00:01"}, {"name": "veth1", "mac": "0a:00:00:00:00:02"},
                            {"name": "net1", "mac": "0a:00:00:00:00:03", "mtu": 1400, "sandbox": "/run/netns/x"}],
             "ips": [{"address": "10.1.0.5/16", "gateway": "10.1.0.1", "interface": 2}, {"address": "fd00::5/64", "interface": 2}, {"address": "192.0.2.1/32", "interface": 0}],
             "routes": [{"dst": "0.0.0.0/0", "gw": "10.1.0.254"}, {"dst": "10.9.0.0/16", "gw": "10.1.0.9"}, {"dst": "::/0"}],
             "dns": {"nameservers": ["10.1.0.2"], "domain": "d", "search": ["s"], "options": ["o"]}}
            """);

        Assert.Equal(("default/a", "net1", "0a:00:00:00:00:03", 1400, false), (entry.Name, entry.Interface, entry.Mac, entry.Mtu, entry.Default));
        Assert.Equal(["10.1.0.5", "fd00::5"], entry.IPs);
        Assert.Equal(["10.1.0.254"], entry.Gateway);
        Assert.Equal(["10.1.0.2"], entry.Dns.Nameservers);
    }

    [Fact]
    public void Entry_IsOne_WhenResultHasSeveralSandboxInterfaces()
    {
        var entry = Entry("""
            {"cniVersion": "1.0.0",
             "interfaces": [{"name": "other", "mac": "0a:00:00:00:00:01", "sandbox": "/x"}, {"name": "net1", "mac": "0a:00:00:00:00:02", "sandbox": "/x"}],
             "ips": [{"address": "10.0.0.1/24", "interface": 0}, {"address": "10.0.0.2/24", "interface": 1}, {"address": "10.0.0.3/24"}, {"address": "10.0.0.4/24", "interface": 7}, {"address": "10.0.0.5/24", "interface": -1}]}
            """);

        Assert.Equal(("net1", "0a:00:00:00:00:02"), (entry.Interface, entry.Mac));
        Assert.Equal(["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"], entry.IPs);
        Assert.Equal("other", Entry("""{"interfaces": [{"name": "h"}, {"name": "other", "sandbox": "/x"}]}""").Interface);
    }

    [Fact]
    public void Entry_TakesAllAddresses_WhenNoInterfaceIsInSandbox()
    {
        // Calico names only its end on the host.
        var entry = Entry("""{"cniVersion": "0.3.1", "interfaces": [{"name": "cali1"}], "ips": [{"version": "4", "address": "10.0.0.1/32", "interface": 0}]}""", "eth0");
        Assert.Equal("eth0", entry.Interface);
        Assert.Equal(["10.0.0.1"], entry.IPs);
        Assert.Equal(["10.0.0.9"], Entry("""{"cniVersion": "0.2.0", "ip4": {"ip": "10.0.0.9/24"}}""").IPs);
    }

    [Fact]
    public void Entry_Exists_WhenThereIsNoResult()
    {
        // Multus drops the entry.
        var entry = NetworkStatusBuilder.Entry(new AttachmentStatus { Network = "ns/a", Interface = "net1" });
        Assert.Equal("[{\n    \"name\": \"ns/a\",\n    \"interface\": \"net1\",\n    \"dns\": {}\n}]", NetworkStatusWriter.Write([entry]));
    }

    [Fact]
    public void Gateway_IsThatOfAddress_WhenRouteHasNone()
    {
        // Multus writes <nil>.
        const string ips = """[{"address": "10.0.0.1/24", "gateway": "10.0.0.254"}]""";
        Assert.Equal(["10.0.0.254"], Entry($$"""{"ips": {{ips}}, "routes": [{"dst": "0.0.0.0/0"}]}""").Gateway);
        Assert.Empty(Entry($$"""{"ips": {{ips}}, "routes": [{"dst": "::/0"}]}""").Gateway);
        Assert.Empty(Entry($$"""{"ips": {{ips}}}""").Gateway);
    }

    [Fact]
    public void Gateway_IsWhatWasSetUp_WhenDefaultRouteWasHonoured()
    {
        const string result = """{"routes": [{"dst": "0.0.0.0/0", "gw": "10.0.0.1"}]}""";
        Assert.Equal(["10.0.0.2", "fd00::1"], Entry(result, gateways: [IPAddress.Parse("10.0.0.2"), IPAddress.Parse("fd00::1")]).Gateway);
        Assert.Empty(Entry(result, gateways: []).Gateway);
    }

    [Fact]
    public void Build_MarksDefaultOnce()
    {
        AttachmentStatus Of(string network, bool isDefault) => new() { Network = network, Interface = network, IsDefault = isDefault };

        var entries = NetworkStatusBuilder.Build([Of("a", true), Of("b", false), Of("c", false)]);

        Assert.Equal([true, false, false], entries.Select(e => e.Default));
        Assert.Equal(["a", "b", "c"], entries.Select(e => e.Name));
        Assert.Throws<ArgumentException>(() => NetworkStatusBuilder.Build([Of("a", false)]));
        Assert.Throws<ArgumentException>(() => NetworkStatusBuilder.Build([Of("a", true), Of("b", true)]));
    }
}
