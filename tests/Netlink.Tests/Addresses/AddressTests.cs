using System.Net;
using System.Net.Sockets;

namespace MultiNet.Netlink.Tests.Addresses;

public class AddressTests
{
    [Theory]
    [InlineData("10.1.2.3", 24, "10.1.2.255")]
    [InlineData("10.1.2.3", 16, "10.1.255.255")]
    [InlineData("10.1.2.3", 30, "10.1.2.3")]
    [InlineData("10.1.2.3", 31, null)]
    [InlineData("10.1.2.3", 32, null)]
    public void AddressAdd_DerivesTheBroadcastAddress(string local, int prefix, string? broadcast)
    {
        using var host = new TestNamespace();
        int index = host.AddVeth();
        host.Socket.AddressAdd(index, new InterfaceAddress { Local = IPAddress.Parse(local), PrefixLength = prefix });
        var info = host.IpOne("-4 addr show dev a").GetProperty("addr_info")[0];
        Assert.Equal(local, info.GetProperty("local").GetString());
        Assert.Equal(prefix, info.GetProperty("prefixlen").GetInt32());
        Assert.Equal(broadcast, info.TryGetProperty("broadcast", out var value) ? value.GetString() : null);
    }

    [Fact]
    public void AddressAdd_MakesAnIPv6AddressUsableAtOnce_WithoutDuplicateDetection()
    {
        using var host = new TestNamespace();
        int index = host.AddVeth();
        var address = new InterfaceAddress
        {
            Local = IPAddress.Parse("2001:db8::5"),
            PrefixLength = 64,
            Flags = AddressFlags.NoDuplicateDetection | AddressFlags.NoPrefixRoute,
        };
        host.Socket.AddressAdd(index, address);
        var info = host.IpOne("addr show dev a to 2001:db8::/32").GetProperty("addr_info")[0];
        Assert.True(info.GetProperty("nodad").GetBoolean());
        Assert.True(info.GetProperty("noprefixroute").GetBoolean());
        Assert.False(info.TryGetProperty("tentative", out _));
        var read = Assert.Single(host.Socket.AddressList(index, AddressFamily.InterNetworkV6), item => item.Local.Equals(address.Local));
        Assert.Equal(address.Flags | AddressFlags.Permanent, read.Flags);
        Assert.Equal(RouteScope.Universe, read.Scope);
    }

    [Fact]
    public void AddressAdd_TakesEveryProperty_AndListReadsItBack()
    {
        using var host = new TestNamespace();
        int index = host.AddVeth();
        var address = new InterfaceAddress
        {
            LinkIndex = index,
            Local = IPAddress.Parse("10.1.0.1"),
            PrefixLength = 32,
            Peer = IPAddress.Parse("10.1.0.2"),
            Scope = RouteScope.Link,
            Label = "a:1",
            Flags = AddressFlags.NoPrefixRoute,
            ValidLifetime = 5000,
            PreferredLifetime = 4000,
        };
        host.Socket.AddressAdd(index, address);
        var info = host.IpOne("-4 addr show dev a").GetProperty("addr_info")[0];
        Assert.Equal("10.1.0.2", info.GetProperty("address").GetString());
        Assert.Equal("link", info.GetProperty("scope").GetString());
        Assert.Equal("a:1", info.GetProperty("label").GetString());
        Assert.Equal(5000, info.GetProperty("valid_life_time").GetInt32());
        Assert.Equal(address, Assert.Single(host.Socket.AddressList(index, AddressFamily.InterNetwork)));
    }

    [Fact]
    public void AddressAdd_ThrowsExists_WhenTheAddressIsThere_AndReplaceDoesNot()
    {
        using var host = new TestNamespace();
        int index = host.AddVeth();
        var address = new InterfaceAddress { Local = IPAddress.Parse("10.1.0.1"), PrefixLength = 24 };
        host.Socket.AddressAdd(index, address);
        var exception = Assert.Throws<NetlinkException>(() => host.Socket.AddressAdd(index, address));
        Assert.True(exception.IsExists);
        Assert.Equal($"add address 10.1.0.1/24 to link {index}", exception.Operation);
        host.Socket.AddressReplace(index, address with { ValidLifetime = 100, PreferredLifetime = 50 });
        Assert.Equal(100u, Assert.Single(host.Socket.AddressList(index, AddressFamily.InterNetwork)).ValidLifetime);
    }

    [Fact]
    public void AddressDelete_TakesItAway_AndThrowsNotFoundForNone()
    {
        using var host = new TestNamespace();
        int index = host.AddVeth();
        host.Exec("ip", "addr add 10.1.0.1/24 dev a");
        host.Exec("ip", "addr add 2001:db8::5/64 dev a nodad");
        foreach (var address in host.Socket.AddressList(index))
            host.Socket.AddressDelete(index, address);
        Assert.Empty(host.Socket.AddressList(index));
        var missing = new InterfaceAddress { Local = IPAddress.Parse("10.1.0.1"), PrefixLength = 24 };
        Assert.True(Assert.Throws<NetlinkException>(() => host.Socket.AddressDelete(index, missing)).IsNotFound);
        Assert.True(Assert.Throws<NetlinkException>(() => host.Socket.AddressAdd(4711, missing)).IsNotFound);
    }

    [Fact]
    public void AddressList_ListsAllLinks_WhenNoneIsGiven()
    {
        using var host = new TestNamespace();
        host.AddVeth();
        host.Exec("ip", "link set lo up");
        host.Exec("ip", "addr add 10.1.0.1/24 dev a");
        host.Exec("ip", "addr add 10.1.0.2/24 dev b");
        var all = host.Socket.AddressList(family: AddressFamily.InterNetwork);
        Assert.Equal(["10.1.0.1/24", "10.1.0.2/24", "127.0.0.1/8"], all.Select(address => address.ToString()).Order());
        Assert.Contains(host.Socket.AddressList(), address => address.Local.Equals(IPAddress.IPv6Loopback));
    }

    [Theory]
    [InlineData("10.1.0.1", 33)]
    [InlineData("10.1.0.1", -1)]
    [InlineData("2001:db8::1", 129)]
    public void AddressAdd_Throws_WhenThePrefixIsImpossible(string local, int prefix)
    {
        using var host = new TestNamespace();
        Assert.Throws<ArgumentException>(
            () => host.Socket.AddressAdd(1, new InterfaceAddress { Local = IPAddress.Parse(local), PrefixLength = prefix }));
    }
}
