using System.Net;
using MultiNet.Delegates.Ipam.Dhcp.Messages;

namespace MultiNet.Delegates.Ipam.Dhcp.Leases;

/// <content>What the client says (RFC 2131, 4.4.1, table 5).</content>
internal sealed partial class LeaseClient
{
    // What fits into one Ethernet frame.
    private static readonly byte[] s_maximumMessageSize = [1500 >> 8, 1500 & 0xff];

    private DhcpMessage DiscoverMessage()
    {
        var message = Ask(DhcpMessageType.Discover, IPAddress.Any);
        if (IsKnown)
            message.Set(OptionCode.RequestedAddress, _lease.Address);
        return message;
    }

    private DhcpMessage SelectingRequest()
    {
        var message = Ask(DhcpMessageType.Request, IPAddress.Any);
        message.Set(OptionCode.RequestedAddress, _lease.Address);
        message.Set(OptionCode.ServerIdentifier, _lease.Message.Server!);
        return message;
    }

    // Neither the server's identifier nor the address as an option: it is in ciaddr (4.3.2).
    private DhcpMessage KeepingRequest() => Ask(DhcpMessageType.Request, _lease.Address);

    private DhcpMessage ReleaseMessage()
    {
        var message = New(DhcpMessageType.Release, _lease.Address);
        if (_lease.Message.Server is { } server)
            message.Set(OptionCode.ServerIdentifier, server);
        return message;
    }

    private DhcpMessage Ask(DhcpMessageType type, IPAddress own)
    {
        var message = New(type, own);
        message.Set(OptionCode.MaximumMessageSize, s_maximumMessageSize);
        foreach (var (code, value) in _lease.Provided)
            message.Set(code, value);
        message.Set(OptionCode.ParameterRequestList, _lease.ParameterRequestList);
        return message;
    }

    private DhcpMessage New(DhcpMessageType type, IPAddress own)
    {
        var message = new DhcpMessage
        {
            TransactionId = _transaction,
            Seconds = (ushort)Math.Clamp((Now - _began).TotalSeconds, 0, ushort.MaxValue),
            WantsBroadcast = _times.Broadcast && own.Equals(IPAddress.Any),
            ClientAddress = own,
            HardwareAddress = _lease.HardwareAddress,
        };
        message.Set(OptionCode.MessageType, [(byte)type]);
        message.Set(OptionCode.ClientIdentifier, _lease.ClientIdentifier);
        return message;
    }
}
