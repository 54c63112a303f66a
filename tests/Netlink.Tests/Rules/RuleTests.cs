using System.Net;
using System.Net.Sockets;

namespace MultiNet.Netlink.Tests.Rules;

public class RuleTests
{
    [Fact]
    public void RuleAdd_TakesEveryProperty_AsIpShowsThem_AndListReadsThemBack()
    {
        using var host = new TestNamespace();
        var rule = new Rule
        {
            Family = AddressFamily.InterNetwork,
            Priority = 555,
            Source = IPNetwork.Parse("10.1.0.2/32"),
            Destination = IPNetwork.Parse("10.2.0.0/16"),
            InInterface = "lo",
            Mark = 0x2000,
            MarkMask = 0xff00,
            Invert = true,
            Table = 1000,
            Protocol = RouteProtocol.Static,
        };
        host.Socket.RuleAdd(rule);
        var shown = host.IpOne("rule show priority 555");
        Assert.Equal("10.1.0.2", shown.GetProperty("src").GetString());
        Assert.Equal("10.2.0.0", shown.GetProperty("dst").GetString());
        Assert.Equal(16, shown.GetProperty("dstlen").GetInt32());
        Assert.Equal("lo", shown.GetProperty("iif").GetString());
        Assert.Equal("0x2000", shown.GetProperty("fwmark").GetString());
        Assert.Equal("0xff00", shown.GetProperty("fwmask").GetString());
        Assert.Equal("1000", shown.GetProperty("table").GetString());
        Assert.True(shown.TryGetProperty("not", out _));
        Assert.Equal(rule, Assert.Single(host.Socket.RuleList(AddressFamily.InterNetwork), item => item.Priority == 555));
        Assert.True(Assert.Throws<NetlinkException>(() => host.Socket.RuleAdd(rule)).IsExists);
        host.Socket.RuleDelete(rule);
        Assert.True(Assert.Throws<NetlinkException>(() => host.Socket.RuleDelete(rule)).IsNotFound);
    }

    [Fact]
    public void RuleList_HasTheRulesOfBothFamilies_FromTheFirst()
    {
        using var host = new TestNamespace();
        host.Socket.RuleAdd(new Rule { Family = AddressFamily.InterNetworkV6, Source = IPNetwork.Parse("2001:db8::1/128"), Table = 100 });
        var rules = host.Socket.RuleList();
        Assert.Equal([0, 32766, 32767, 0, 32765, 32766], rules.Select(rule => (int)rule.Priority!.Value));
        Assert.Equal("from 2001:db8::1/128 priority 32765 table 100", rules[4].ToString());
        Assert.Equal("100", host.IpOne("-6 rule show priority 32765").GetProperty("table").GetString());
    }

    [Fact]
    public void RuleAdd_TakesActionsWithoutTable()
    {
        using var host = new TestNamespace();
        host.Socket.RuleAdd(new Rule { Family = AddressFamily.InterNetwork, Priority = 7, Action = RouteType.Prohibit });
        Assert.Equal("prohibit", host.IpOne("rule show priority 7").GetProperty("action").GetString());
        Assert.Equal(RouteType.Prohibit, host.Socket.RuleList().Single(rule => rule.Priority == 7).Action);
    }
}
