using System.Net;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Conntrack;

/// <summary>Composes and reads IPCTNL_MSG_CT_* (linux/netfilter/nfnetlink_conntrack.h).</summary>
internal static class ConntrackMessages
{
    // NFNL_SUBSYS_CTNETLINK in the high byte of the message type
    private const ushort Subsystem = 1;

    internal const ushort New = (Subsystem << 8) | 0;
    internal const ushort Get = (Subsystem << 8) | 1;
    internal const ushort Delete = (Subsystem << 8) | 2;

    private const int HeaderLength = 4;
    private const ushort TupleOriginal = 1;
    private const ushort TupleReply = 2;
    private const ushort EntryId = 12;
    private const ushort EntryZone = 18;
    private const ushort EntryFilter = 25;
    private const ushort FilterOriginalFlags = 1;
    private const ushort TupleIP = 1;
    private const ushort TupleProtocol = 2;
    private const ushort ProtocolNumber = 1;
    private const ushort ProtocolSourcePort = 2;
    private const ushort ProtocolDestinationPort = 3;

    // CTA_FILTER_F_CTA_PROTO_NUM and _DST_PORT: the parts of the tuple that entries must have.
    private const uint FilterByProtocol = 1 << 3, FilterByDestinationPort = 1 << 5;

    internal static void WriteList(MessageWriter writer, byte family, byte protocol, ushort destinationPort)
    {
        writer.NetfilterHeader(family);
        int tuple = writer.BeginFlaggedNested(TupleOriginal);
        int inner = writer.BeginFlaggedNested(TupleProtocol);
        writer.U8(ProtocolNumber, protocol);
        writer.U16BigEndian(ProtocolDestinationPort, destinationPort);
        writer.EndNested(inner);
        writer.EndNested(tuple);
        int filter = writer.BeginFlaggedNested(EntryFilter);
        writer.U32(FilterOriginalFlags, FilterByProtocol | FilterByDestinationPort);
        writer.EndNested(filter);
    }

    internal static void WriteDelete(MessageWriter writer, ConntrackEntry entry)
    {
        writer.NetfilterHeader(entry.Family);
        int tuple = writer.BeginFlaggedNested(TupleOriginal);
        writer.Raw(entry.OriginalTuple);
        writer.EndNested(tuple);
        if (entry.Zone != 0)
            writer.U16BigEndian(EntryZone, entry.Zone);
        writer.U32BigEndian(EntryId, entry.Id);
    }

    internal static ConntrackEntry? Parse(ushort type, ReadOnlySpan<byte> body)
    {
        if (type != New)
            return null;
        if (body.Length < HeaderLength)
            ThrowHelper.BodyTooShort("conntrack", HeaderLength, body.Length);
        (byte Protocol, IPEndPoint Source, IPEndPoint Destination)? original = null, reply = null;
        byte[] tuple = [];
        ushort zone = 0;
        uint id = 0;
        var reader = new AttributeReader(body[HeaderLength..]);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case TupleOriginal:
                    original = Tuple(reader.Nested());
                    tuple = reader.Value.ToArray();
                    break;
                case TupleReply: reply = Tuple(reader.Nested()); break;
                case EntryZone: zone = reader.U16BigEndian(); break;
                case EntryId: id = reader.U32BigEndian(); break;
            }
        }
        // Protocols without addresses of this kind are of no interest.
        return original is { } first && reply is { } answer
            ? new ConntrackEntry(first.Protocol, first.Source, first.Destination, answer.Source) { OriginalTuple = tuple, Zone = zone, Id = id, Family = body[0] }
            : null;
    }

    private static (byte Protocol, IPEndPoint Source, IPEndPoint Destination)? Tuple(AttributeReader reader)
    {
        IPAddress? source = null, destination = null;
        byte protocol = 0;
        ushort sourcePort = 0, destinationPort = 0;
        while (reader.Read())
        {
            var inner = reader.Nested();
            while (reader.Type is TupleIP or TupleProtocol && inner.Read())
            {
                switch (reader.Type, inner.Type)
                {
                    case (TupleIP, 1 or 3): source = KernelFamily.Address(inner.Value); break;
                    case (TupleIP, 2 or 4): destination = KernelFamily.Address(inner.Value); break;
                    case (TupleProtocol, ProtocolNumber): protocol = inner.U8(); break;
                    case (TupleProtocol, ProtocolSourcePort): sourcePort = inner.U16BigEndian(); break;
                    case (TupleProtocol, ProtocolDestinationPort): destinationPort = inner.U16BigEndian(); break;
                }
            }
        }
        return source is null || destination is null ? null : (protocol, new IPEndPoint(source, sourcePort), new IPEndPoint(destination, destinationPort));
    }
}
