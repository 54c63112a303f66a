using System.Net;
using MultiNet.Cni;
using MultiNet.Delegates.Ipam.Dhcp.Leases;
using MultiNet.Delegates.Ipam.Dhcp.Messages;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Ipam.Dhcp.Daemon;

/// <summary>The containers' interfaces: packet sockets in their namespaces, opened for an exchange and closed after it.</summary>
internal sealed class KernelLeaseNetwork(EventLoop loop) : ILeaseNetwork
{
    private const int EthernetAddressLength = 6;

    // A message has 576 bytes by default; a server may send more where the client says so.
    private readonly byte[] _buffer = new byte[4096];

    /// <inheritdoc/>
    public ILeaseLink Open(string netns, string ifName, bool setUp, Action<DhcpMessage, MacAddress> received)
    {
        try
        {
            using var entered = NetworkNamespace.Open(netns);
            using var socket = entered.OpenSocket();
            if (!socket.TryGetLink(ifName, out var link))
                throw new LinkGoneException($"error looking up \"{ifName}\": Link not found");
            if (setUp)
                Prepare(socket, link);
            return new KernelLink(this, netns, link, entered.OpenPacketSocket(link.Index, link.Name, UdpDatagram.ClientPort), received);
        }
        catch (NamespaceNotFoundException)
        {
            throw new LinkGoneException($"failed to Statfs \"{netns}\": no such file or directory");
        }
        catch (KernelException e)
        {
            throw KernelFailure.Of(e, $"cannot use \"{ifName}\" in {netns} for DHCP");
        }
    }

    private static void Prepare(RouteSocket socket, Link link)
    {
        if (link.Kind == "ipvlan")
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, $"DHCP cannot serve \"{link.Name}\": it is of kind ipvlan",
                "ipvlan interfaces share their master's hardware address, so a server takes all of them for one client. Use macvlan, or another IPAM plugin.");
        }
        if (link.MacAddress.Length != EthernetAddressLength || link.MacAddress.IsZero)
            throw new CniException(CniErrorCode.InvalidNetworkConfig, $"DHCP cannot serve \"{link.Name}\": it has no Ethernet address", $"Its hardware type is {link.HardwareType}.");
        if (!link.IsUp)
            socket.LinkSet(link.Index, new LinkChange { Up = true });
    }

    private sealed class KernelLink : ILeaseLink
    {
        private static readonly MacAddress s_everybody = new([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);

        private readonly KernelLeaseNetwork _network;
        private readonly string _netns;
        private readonly Link _link;
        private readonly PacketSocket _socket;
        private readonly Action<DhcpMessage, MacAddress> _received;
        private readonly EventLoop _loop;
        private readonly long _watch;
        private bool _closed;

        public KernelLink(KernelLeaseNetwork network, string netns, Link link, PacketSocket socket, Action<DhcpMessage, MacAddress> received)
        {
            (_network, _netns, _link, _socket, _received) = (network, netns, link, socket, received);
            _loop = network.Loop;
            try
            {
                _watch = _loop.Watch(socket.Descriptor, Receive);
            }
            catch (IOException e)
            {
                socket.Dispose();
                throw new CniException(CniErrorCode.Internal, e.Message);
            }
        }

        public MacAddress HardwareAddress => _link.MacAddress;

        public void Send(DhcpMessage message, IPAddress source, IPAddress destination, MacAddress nextHop)
        {
            try
            {
                _socket.Send(UdpDatagram.Make(source, destination, message.ToBytes()), nextHop.IsEmpty ? s_everybody : nextHop);
            }
            catch (KernelException e)
            {
                throw KernelFailure.Of(e, $"cannot send {message.Type} on \"{_link.Name}\"");
            }
        }

        public void SetDown()
        {
            try
            {
                using var entered = NetworkNamespace.Open(_netns);
                using var socket = entered.OpenSocket();
                socket.LinkSet(_link.Index, new LinkChange { Up = false });
            }
            catch (KernelException e)
            {
                throw KernelFailure.Of(e, $"cannot set \"{_link.Name}\" down");
            }
        }

        public void Dispose()
        {
            if (_closed)
                return;
            _closed = true;
            _loop.Forget(_watch, _socket.Descriptor);
            _socket.Dispose();
        }

        // A few at a time: a flood on one interface must not keep the others waiting.
        private void Receive()
        {
            var buffer = _network._buffer;
            for (int i = 0; i < 16 && !_closed; i++)
            {
                ReceivedPacket packet;
                try
                {
                    if (!_socket.TryReceive(buffer, out packet))
                        return;
                }
                catch (KernelException)
                {
                    // The interface went down or away; the next sending tells.
                    return;
                }
                if (UdpDatagram.TryRead(buffer.AsSpan(0, packet.Length), packet.IsChecksumReady, out var payload)
                    && DhcpMessage.TryParse(payload, out var message))
                {
                    _received(message, packet.Source);
                }
            }
        }
    }

    private EventLoop Loop => loop;
}
