using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MultiNet.Netlink.Messages;

/// <content>The fixed structures between the message header and the attributes.</content>
internal sealed partial class MessageWriter
{
    /// <summary>struct ifinfomsg.</summary>
    internal void LinkHeader(byte family = 0, int index = 0, uint flags = 0, uint change = 0)
    {
        var span = Extend(16);
        span[0] = family;
        MemoryMarshal.Write(span[4..], index);
        MemoryMarshal.Write(span[8..], flags);
        MemoryMarshal.Write(span[12..], change);
    }

    /// <summary>struct ifaddrmsg.</summary>
    internal void AddressHeader(byte family, byte prefixLength, byte scope, byte flags, int index)
    {
        var span = Extend(8);
        span[0] = family;
        span[1] = prefixLength;
        span[2] = flags;
        span[3] = scope;
        MemoryMarshal.Write(span[4..], index);
    }

    /// <summary>struct rtmsg, and struct fib_rule_hdr, which has the same shape (its action stands where the type stands).</summary>
    internal void RouteHeader(
        byte family,
        byte destinationLength = 0,
        byte sourceLength = 0,
        byte table = 0,
        byte protocol = 0,
        byte scope = 0,
        byte type = 0,
        uint flags = 0)
    {
        var span = Extend(12);
        span[0] = family;
        span[1] = destinationLength;
        span[2] = sourceLength;
        span[4] = table;
        span[5] = protocol;
        span[6] = scope;
        span[7] = type;
        MemoryMarshal.Write(span[8..], flags);
    }

    /// <summary>struct rtnexthop, whose length is set by <see cref="EndNested"/> as for an attribute.</summary>
    internal int BeginNextHop(byte flags, byte hops, int index)
    {
        int place = _length;
        var span = Extend(8);
        span[2] = flags;
        span[3] = hops;
        MemoryMarshal.Write(span[4..], index);
        return place;
    }

    /// <summary>struct tcmsg.</summary>
    internal void TrafficHeader(int index, uint handle, uint parent, uint info = 0)
    {
        var span = Extend(20);
        MemoryMarshal.Write(span[4..], index);
        MemoryMarshal.Write(span[8..], handle);
        MemoryMarshal.Write(span[12..], parent);
        MemoryMarshal.Write(span[16..], info);
    }

    /// <summary>struct nfgenmsg. The resource is in network byte order, alone among the headers.</summary>
    internal void NetfilterHeader(byte family, ushort resource = 0)
    {
        var span = Extend(4);
        span[0] = family;
        BinaryPrimitives.WriteUInt16BigEndian(span[2..], resource);
    }
}
