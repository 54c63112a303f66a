using System.Net;
using System.Net.Sockets;
using MultiNet.Netlink.Netfilter;

namespace MultiNet.Netlink.Tests.Conntrack;

public sealed class ConntrackTests : IDisposable
{
    private readonly TestNamespace _host = new();
    private readonly NetfilterSocket _socket;

    public ConntrackTests() => _socket = _host.Namespace.OpenNetfilterSocket();

    public void Dispose()
    {
        _socket.Dispose();
        _host.Dispose();
    }

    private void Insert(string protocol, string source, string destination, int destinationPort, string more = "") => _host.Exec(
        "conntrack", $"-I -p {protocol} -s {source} -d {destination} --sport 4000 --dport {destinationPort} -t 600 -u SEEN_REPLY {more}");

    private string[] Tracked(string family = "ipv4") =>
        [.. _host.Exec("conntrack", $"-L -f {family}").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    [Fact]
    public void ConntrackList_FindsConnectionsByProtocolAndOriginalPort()
    {
        Insert("udp", "192.0.2.7", "192.0.2.1", 53, "-g 10.1.2.3");
        Insert("udp", "192.0.2.8", "192.0.2.1", 54);
        Insert("tcp", "192.0.2.9", "192.0.2.1", 53, "--state ESTABLISHED");
        Insert("udp", "fd00::7", "fd00::1", 53);

        var entry = Assert.Single(_socket.ConntrackList(AddressFamily.InterNetwork, ProtocolType.Udp, 53));
        Assert.Equal(17, entry.Protocol);
        Assert.Equal(IPEndPoint.Parse("192.0.2.7:4000"), entry.Source);
        Assert.Equal(IPEndPoint.Parse("192.0.2.1:53"), entry.Destination);
        Assert.Equal(IPAddress.Parse("10.1.2.3"), entry.ReplySource.Address);
        Assert.Equal(IPEndPoint.Parse("[fd00::1]:53"), Assert.Single(_socket.ConntrackList(AddressFamily.InterNetworkV6, ProtocolType.Udp, 53)).Destination);
        Assert.Equal(6, Assert.Single(_socket.ConntrackList(AddressFamily.InterNetwork, ProtocolType.Tcp, 53)).Protocol);
        Assert.Empty(_socket.ConntrackList(AddressFamily.InterNetwork, ProtocolType.Udp, 55));
    }

    [Fact]
    public void ConntrackDelete_ForgetsTheOne()
    {
        Insert("udp", "192.0.2.7", "192.0.2.1", 53);
        Insert("udp", "192.0.2.8", "192.0.2.1", 53);
        Insert("udp", "192.0.2.8", "192.0.2.1", 54);
        var entry = _socket.ConntrackList(AddressFamily.InterNetwork, ProtocolType.Udp, 53).Single(e => e.Source.Address.Equals(IPAddress.Parse("192.0.2.8")));

        _socket.ConntrackDelete(entry);

        Assert.Collection(Tracked(), line => Assert.Contains("src=192.0.2.7", line), line => Assert.Contains("dport=54", line));
        Assert.True(Assert.Throws<NetlinkException>(() => _socket.ConntrackDelete(entry)).IsNotFound);
    }

    [Fact]
    public void ConntrackDelete_LeavesALaterConnectionOfTheSameAddressesAlone()
    {
        Insert("udp", "192.0.2.7", "192.0.2.1", 53);
        var old = Assert.Single(_socket.ConntrackList(AddressFamily.InterNetwork, ProtocolType.Udp, 53));
        Assert.True(Assert.Throws<NetlinkException>(() => _socket.ConntrackDelete(old with { Id = old.Id + 1 })).IsNotFound);
        Assert.Single(Tracked());
    }

    [Fact]
    public void ConntrackDelete_KnowsZones()
    {
        Insert("udp", "192.0.2.7", "192.0.2.1", 53, "--zone 5");
        _socket.ConntrackDelete(Assert.Single(_socket.ConntrackList(AddressFamily.InterNetwork, ProtocolType.Udp, 53)));
        Assert.Empty(Tracked());
    }

    [Fact]
    public void ConntrackList_ReadsThousands()
    {
        var lines = Enumerable.Range(1, 3000).Select(port => $"-I -p udp -s 192.0.2.7 -d 192.0.2.1 --sport {port} --dport 53 -t 600");
        _host.Exec("conntrack", "--load-file -", string.Join('\n', lines));
        Assert.Equal(3000, _socket.ConntrackList(AddressFamily.InterNetwork, ProtocolType.Udp, 53).Count);
    }

    [Fact]
    public void ConntrackList_IsEmpty_WhenNothingIsTracked()
    {
        Assert.Empty(_socket.ConntrackList(AddressFamily.InterNetwork, ProtocolType.Udp, 53));
        Assert.Empty(_socket.ConntrackList(AddressFamily.InterNetworkV6, ProtocolType.Udp, 53));
    }
}
