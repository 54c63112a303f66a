using System.Net;
using MultiNet.Cni;
using MultiNet.Delegates.Ipam.Dhcp.Leases;
using MultiNet.Delegates.Ipam.Dhcp.Messages;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Ipam.Dhcp;

/// <summary>One broadcast domain with interfaces that a test makes and takes away, and a server that answers as the test says.</summary>
internal sealed class FakeNetwork : ILeaseNetwork
{
    private readonly List<FakeLink> _open = [];
    private int _answered;

    public static IPAddress Server { get; } = IPAddress.Parse("10.0.0.1");

    public static MacAddress ServerMac { get; } = MacAddress.Parse("02:00:00:00:00:01");

    /// <summary>The interfaces, by namespace and name.</summary>
    public Dictionary<string, MacAddress> Links { get; } = new() { ["/pod1 eth0"] = MacAddress.Parse("02:00:00:00:01:01") };

    /// <summary>What was sent: message, destination, next hop.</summary>
    public List<(DhcpMessage Message, IPAddress Destination, MacAddress NextHop)> Sent { get; } = [];

    public List<string> SetDown { get; } = [];

    /// <summary>Answers a message; null for silence.</summary>
    public Func<DhcpMessage, DhcpMessage?> Answer { get; set; } = _ => null;

    /// <summary>Sockets that are open.</summary>
    public int Open => _open.Count;

    public IReadOnlyList<DhcpMessageType> Types => [.. Sent.Select(s => s.Message.Type)];

    ILeaseLink ILeaseNetwork.Open(string netns, string ifName, bool setUp, Action<DhcpMessage, MacAddress> received)
    {
        if (!Links.TryGetValue($"{netns} {ifName}", out var mac))
            throw new LinkGoneException($"error looking up \"{ifName}\": Link not found");
        var link = new FakeLink(this, $"{netns} {ifName}", mac, received);
        _open.Add(link);
        return link;
    }

    /// <summary>Brings a message to everybody who listens, with the bytes on the wire in between.</summary>
    public void Deliver(DhcpMessage message)
    {
        Assert.True(DhcpMessage.TryParse(message.ToBytes(), out var received));
        foreach (var link in _open.ToArray())
            link.Received(received, ServerMac);
    }

    /// <summary>Answers what was sent since the last time, until nothing more is said.</summary>
    public void Settle()
    {
        for (; _answered < Sent.Count; _answered++)
        {
            if (Answer(Sent[_answered].Message) is { } answer)
                Deliver(answer);
        }
    }

    /// <summary>Forgets what was sent so far.</summary>
    public void Forget()
    {
        Sent.Clear();
        _answered = 0;
    }

    /// <summary>A server that gives one address.</summary>
    public static DhcpMessage? Give(DhcpMessage question, string address = "10.0.0.5", uint leaseSeconds = 1000, Action<DhcpMessage>? more = null) => question.Type switch
    {
        DhcpMessageType.Discover => Reply(question, DhcpMessageType.Offer, address, leaseSeconds, more),
        DhcpMessageType.Request => Reply(question, DhcpMessageType.Ack, address, leaseSeconds, more),
        _ => null,
    };

    public static DhcpMessage Reply(DhcpMessage question, DhcpMessageType type, string address, uint leaseSeconds = 1000, Action<DhcpMessage>? more = null)
    {
        var reply = new DhcpMessage
        {
            IsReply = true, TransactionId = question.TransactionId, HardwareAddress = question.HardwareAddress, YourAddress = IPAddress.Parse(address),
        };
        reply.Set(OptionCode.MessageType, [(byte)type]);
        reply.Set(OptionCode.ServerIdentifier, Server);
        if (type != DhcpMessageType.Nak)
        {
            reply.Set(OptionCode.SubnetMask, [255, 255, 255, 0]);
            reply.Set(OptionCode.Routers, Server);
            reply.Set(OptionCode.LeaseTime, [(byte)(leaseSeconds >> 24), (byte)(leaseSeconds >> 16), (byte)(leaseSeconds >> 8), (byte)leaseSeconds]);
        }
        more?.Invoke(reply);
        return reply;
    }

    private sealed class FakeLink(FakeNetwork network, string key, MacAddress mac, Action<DhcpMessage, MacAddress> received) : ILeaseLink
    {
        public MacAddress HardwareAddress => mac;

        public Action<DhcpMessage, MacAddress> Received => received;

        public void Send(DhcpMessage message, IPAddress source, IPAddress destination, MacAddress nextHop)
        {
            if (!network.Links.ContainsKey(key))
                throw new CniException(CniErrorCode.Internal, "cannot send: no such device");
            Assert.True(DhcpMessage.TryParse(message.ToBytes(), out var sent));
            Assert.Equal(source, sent.ClientAddress);
            network.Sent.Add((sent, destination, nextHop));
        }

        void ILeaseLink.SetDown() => network.SetDown.Add(key);

        public void Dispose() => network._open.Remove(this);
    }
}
