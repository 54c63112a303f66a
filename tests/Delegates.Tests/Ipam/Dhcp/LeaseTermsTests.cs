using System.Net;
using MultiNet.Delegates.Ipam.Dhcp.Messages;

namespace MultiNet.Delegates.Tests.Ipam.Dhcp;

public sealed class LeaseTermsTests
{
    private static LeaseTerms Terms(params ReadOnlySpan<(byte Code, byte[] Value)> options)
    {
        var message = new DhcpMessage { YourAddress = IPAddress.Parse("10.0.0.5") };
        foreach (var (code, value) in options)
            message.Set(code, value);
        return new LeaseTerms(message);
    }

    private static string Routes(LeaseTerms terms) => string.Join("; ", terms.Routes().Select(r => $"{r.Dst} via {r.Gw}{(r.Scope is { } s ? $" scope {s}" : "")}"));

    [Fact]
    public void Router_BecomesGatewayAndDefaultRoute()
    {
        var terms = Terms((OptionCode.Routers, [10, 0, 0, 1, 10, 0, 0, 2]));
        Assert.Equal("10.0.0.1", terms.Gateway!.ToString());
        Assert.Equal("0.0.0.0/0 via 10.0.0.1", Routes(terms));
    }

    [Fact]
    public void StaticRoutes_AreClassful_AndComeBeforeTheDefaultRoute() => Assert.Equal(
        "10.1.0.0/8 via 10.0.0.2; 172.16.0.0/16 via 10.0.0.3; 192.168.5.0/24 via 10.0.0.4; 0.0.0.0/0 via 10.0.0.1",
        Routes(Terms(
            (OptionCode.StaticRoutes, [10, 1, 0, 0, 10, 0, 0, 2, 172, 16, 0, 0, 10, 0, 0, 3, 192, 168, 5, 0, 10, 0, 0, 4, 9]), (OptionCode.Routers, [10, 0, 0, 1]))));

    [Fact]
    public void ClasslessRoutes_StandForAllOthers()
    {
        var terms = Terms(
            (OptionCode.ClasslessStaticRoutes, [24, 192, 168, 7, 10, 0, 0, 9, 0, 10, 0, 0, 8, 32, 10, 9, 9, 9, 0, 0, 0, 0]),
            (OptionCode.StaticRoutes, [10, 1, 0, 0, 10, 0, 0, 2]), (OptionCode.Routers, [10, 0, 0, 1]));
        Assert.Equal("192.168.7.0/24 via 10.0.0.9; 0.0.0.0/0 via 10.0.0.8; 10.9.9.9/32 via 0.0.0.0 scope 253", Routes(terms));
        Assert.Equal("10.0.0.1", terms.Gateway!.ToString());
    }

    [Theory]
    [InlineData(new byte[] { 33, 1, 2, 3, 4, 5, 10, 0, 0, 1 })]
    [InlineData(new byte[] { 24, 192, 168, 7, 10, 0 })]
    [InlineData(new byte[] { 24, 192, 168, 7, 10, 0, 0, 9, 8 })]
    public void MalformedClasslessRoutes_AreAsIfTheyWereNotThere(byte[] option) =>
        Assert.Equal("0.0.0.0/0 via 10.0.0.1", Routes(Terms((OptionCode.ClasslessStaticRoutes, option), (OptionCode.Routers, [10, 0, 0, 1]))));

    [Theory]
    [InlineData(new byte[] { 255, 255, 255, 0 }, 24)]
    [InlineData(new byte[] { 255, 255, 255, 255 }, 32)]
    [InlineData(new byte[] { 0, 0, 0, 0 }, 0)]
    [InlineData(new byte[] { 255, 254, 0, 0 }, 15)]
    [InlineData(new byte[] { 255, 0, 255, 0 }, null)]
    [InlineData(new byte[] { 255, 255, 255 }, null)]
    public void SubnetMask_IsAPrefixLength_OrNone(byte[] mask, int? length) => Assert.Equal(length, Terms((OptionCode.SubnetMask, mask)).PrefixLength);

    [Theory]
    [InlineData(1000u, null, null, 1000u, 500u, 850u)]
    [InlineData(1000u, 100u, 200u, 1000u, 100u, 200u)]
    [InlineData(1000u, 900u, 200u, 1000u, 200u, 200u)]
    [InlineData(1000u, 0u, 2000u, 1000u, 500u, 850u)]
    [InlineData(0u, null, null, 1u, 0u, 0u)]
    [InlineData(null, null, null, 3600u, 1800u, 3060u)]
    [InlineData(uint.MaxValue, null, null, uint.MaxValue, 2147483647u, 3650722200u)]
    public void Times_AreThoseOfTheServer_WhereTheyMakeSense(uint? lease, uint? t1, uint? t2, uint expectedLease, uint expectedT1, uint expectedT2)
    {
        var options = new List<(byte, byte[])>();
        foreach (var (code, value) in ((byte, uint?)[])[(OptionCode.LeaseTime, lease), (OptionCode.RenewalTime, t1), (OptionCode.RebindingTime, t2)])
        {
            if (value is { } seconds)
                options.Add((code, [(byte)(seconds >> 24), (byte)(seconds >> 16), (byte)(seconds >> 8), (byte)seconds]));
        }
        var terms = Terms([.. options]);
        Assert.Equal((expectedLease, expectedT1, expectedT2), (terms.LeaseSeconds, terms.RenewalSeconds, terms.RebindingSeconds));
    }

    [Fact]
    public void Dns_IsReturned_WhereTheConfigurationAsksForIt()
    {
        var terms = Terms(
            (OptionCode.DomainNameServers, [10, 0, 0, 3, 10, 0, 0, 4, 7]), (OptionCode.DomainName, "example.org\0"u8.ToArray()),
            // eng.example.org, and sales with a pointer to the rest (RFC 3397)
            (OptionCode.DomainSearch, [3, (byte)'e', (byte)'n', (byte)'g', 7, .. "example"u8, 3, .. "org"u8, 0, 5, .. "sales"u8, 0xc0, 4]));
        var dns = terms.Dns([OptionCode.DomainName, OptionCode.DomainNameServers, OptionCode.DomainSearch]);
        Assert.Equal(["10.0.0.3", "10.0.0.4"], dns.Nameservers);
        Assert.Equal("example.org", dns.Domain);
        Assert.Equal(["eng.example.org", "sales.example.org"], dns.Search);
        Assert.True(terms.Dns([]).IsEmpty);
    }

    [Theory]
    [InlineData("evil\noptions debug")]
    [InlineData("a b")]
    public void DomainThatIsNoName_IsLeftOut(string domain) =>
        Assert.Equal("", Terms((OptionCode.DomainName, System.Text.Encoding.ASCII.GetBytes(domain))).Dns([OptionCode.DomainName]).Domain);

    [Theory]
    [InlineData(new byte[] { 0xc0, 0 })]
    [InlineData(new byte[] { 1, (byte)'a', 0xc0, 0 })]
    [InlineData(new byte[] { 64, 1 })]
    [InlineData(new byte[] { 3, (byte)'a' })]
    public void MalformedSearchList_IsLeftOut(byte[] bytes) => Assert.Empty(SearchList.Read(bytes));
}
