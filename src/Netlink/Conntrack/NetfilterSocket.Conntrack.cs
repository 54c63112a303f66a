using System.Net.Sockets;
using MultiNet.Netlink.Conntrack;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <content>Connection tracking (ctnetlink).</content>
public sealed partial class NetfilterSocket
{
    /// <summary>The tracked connections of a family and protocol that were opened to a port, whatever became of their destination since.</summary>
    /// <param name="family">InterNetwork or InterNetworkV6.</param>
    /// <param name="protocol">Tcp, Udp, or SCTP (132).</param>
    /// <param name="destinationPort">The port of the original destination.</param>
    /// <exception cref="NetlinkException">EOPNOTSUPP or EINVAL: the kernel does not track connections.</exception>
    public IReadOnlyList<ConntrackEntry> ConntrackList(AddressFamily family, ProtocolType protocol, ushort destinationPort)
    {
        ConntrackMessages.WriteList(
            _channel.Begin(ConntrackMessages.Get, MessageFlags.Dump), KernelFamily.Of(family), (byte)protocol, destinationPort);
        // Kernels before 5.8 do not filter.
        return _channel.Dump(
            $"list tracked connections to port {destinationPort}",
            (type, body) => ConntrackMessages.Parse(type, body) is { } entry && entry.Protocol == (byte)protocol && entry.Destination.Port == destinationPort
                ? entry
                : null);
    }

    /// <summary>Makes the kernel forget a connection, so that its next packet is looked at by the rules again.</summary>
    /// <exception cref="NetlinkException">ENOENT: it is gone already.</exception>
    public void ConntrackDelete(ConntrackEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ConntrackMessages.WriteDelete(_channel.Begin(ConntrackMessages.Delete, MessageFlags.Ack), entry);
        _channel.Execute($"forget connection {entry.Source} -> {entry.Destination}");
    }
}
