using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>Composes and reads RTM_*TFILTER.</summary>
internal static class TrafficFilterMessages
{
    private const int HeaderLength = 20;

    // struct tc_mirred: index, capab, action, refcnt, bindcnt, eaction, ifindex.
    private const int MirredLength = 28;
    private const int MirredControlAt = 8;
    private const int MirredKindAt = 20;
    private const int MirredLinkAt = 24;
    private const int EgressRedirect = 1;
    private const int EgressMirror = 2;

    // struct tc_u32_sel: the keys of 16 bytes, each beginning with its mask, follow 16 bytes of which the third is their number.
    private const int SelectorLength = 16;
    private const int KeyLength = 16;

    internal static void WriteAdd(MessageWriter writer, int linkIndex, TrafficFilterSpec spec)
    {
        // The protocol is in network byte order.
        uint info = ((uint)spec.Priority << 16) | BinaryPrimitives.ReverseEndianness(spec.Protocol);
        writer.TrafficHeader(linkIndex, 0, spec.Parent.Value, info);
        writer.String(QdiscAttribute.Kind, spec.Kind);
        int options = writer.BeginNested(QdiscAttribute.Options);
        spec.WriteOptions(writer);
        writer.EndNested(options);
    }

    internal static void WriteActions(MessageWriter writer, ushort attribute, IReadOnlyList<MirredAction> actions)
    {
        Span<byte> parameters = stackalloc byte[MirredLength];
        int table = writer.BeginNested(attribute);
        for (int i = 0; i < actions.Count; i++)
        {
            parameters.Clear();
            MemoryMarshal.Write(parameters[MirredControlAt..], (int)actions[i].Control);
            MemoryMarshal.Write(parameters[MirredKindAt..], actions[i].Redirect ? EgressRedirect : EgressMirror);
            MemoryMarshal.Write(parameters[MirredLinkAt..], actions[i].LinkIndex);
            // Actions are numbered from 1.
            int action = writer.BeginNested((ushort)(i + 1));
            writer.String(TrafficFilterAttribute.ActionKind, MirredAction.Kind);
            int options = writer.BeginNested(TrafficFilterAttribute.ActionOptions);
            writer.Bytes(TrafficFilterAttribute.MirredParameters, parameters);
            writer.EndNested(options);
            writer.EndNested(action);
        }
        writer.EndNested(table);
    }

    internal static TrafficFilter? Parse(ushort type, ReadOnlySpan<byte> body)
    {
        if (type != MessageType.NewTrafficFilter)
            return null;
        if (body.Length < HeaderLength)
            ThrowHelper.BodyTooShort("filter", HeaderLength, body.Length);
        string kind = "";
        ReadOnlySpan<byte> options = default;
        var reader = new AttributeReader(body[HeaderLength..]);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case QdiscAttribute.Kind: kind = reader.String(); break;
                case QdiscAttribute.Options: options = reader.Value; break;
            }
        }
        uint info = MemoryMarshal.Read<uint>(body[16..]);
        var filter = new TrafficFilter
        {
            LinkIndex = MemoryMarshal.Read<int>(body[4..]),
            Parent = new TrafficHandle(MemoryMarshal.Read<uint>(body[12..])),
            Priority = (ushort)(info >> 16),
            Protocol = BinaryPrimitives.ReverseEndianness((ushort)info),
            Kind = kind,
        };
        return kind switch
        {
            TrafficFilter.U32 => ParseU32(filter, new AttributeReader(options)),
            TrafficFilter.MatchAll => ParseMatchAll(filter, new AttributeReader(options), !options.IsEmpty),
            _ => options.IsEmpty ? null : filter,
        };
    }

    // The kernel lists the hash tables of u32 and the bare priority of every kind as filters, too: those select nothing.
    private static TrafficFilter? ParseU32(TrafficFilter filter, AttributeReader reader)
    {
        ReadOnlySpan<byte> selector = default;
        List<MirredAction> actions = [];
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case TrafficFilterAttribute.U32Selector: selector = reader.Value; break;
                case TrafficFilterAttribute.U32Actions: actions = ParseActions(reader.Nested()); break;
            }
        }
        return selector.IsEmpty ? null : filter with { MatchesEverything = MasksEverything(selector), Actions = actions };
    }

    private static TrafficFilter? ParseMatchAll(TrafficFilter filter, AttributeReader reader, bool isFilter)
    {
        List<MirredAction> actions = [];
        while (reader.Read())
        {
            if (reader.Type == TrafficFilterAttribute.MatchAllActions)
                actions = ParseActions(reader.Nested());
        }
        return isFilter ? filter with { MatchesEverything = true, Actions = actions } : null;
    }

    private static bool MasksEverything(ReadOnlySpan<byte> selector)
    {
        if (selector.Length < SelectorLength)
            ThrowHelper.AttributeTooShort(TrafficFilterAttribute.U32Selector, SelectorLength, selector.Length);
        int keys = selector[2];
        if (selector.Length < SelectorLength + keys * KeyLength)
            ThrowHelper.AttributeTooShort(TrafficFilterAttribute.U32Selector, SelectorLength + keys * KeyLength, selector.Length);
        for (int i = 0; i < keys; i++)
        {
            if (MemoryMarshal.Read<uint>(selector[(SelectorLength + i * KeyLength)..]) != 0)
                return false;
        }
        return true;
    }

    private static List<MirredAction> ParseActions(AttributeReader table)
    {
        var actions = new List<MirredAction>();
        while (table.Read())
        {
            string kind = "";
            ReadOnlySpan<byte> options = default;
            var action = table.Nested();
            while (action.Read())
            {
                switch (action.Type)
                {
                    case TrafficFilterAttribute.ActionKind: kind = action.String(); break;
                    case TrafficFilterAttribute.ActionOptions: options = action.Value; break;
                }
            }
            if (kind == MirredAction.Kind)
                ParseMirred(new AttributeReader(options), actions);
        }
        return actions;
    }

    private static void ParseMirred(AttributeReader reader, List<MirredAction> actions)
    {
        while (reader.Read())
        {
            if (reader.Type != TrafficFilterAttribute.MirredParameters)
                continue;
            if (reader.Value.Length < MirredLength)
                ThrowHelper.AttributeTooShort(reader.Type, MirredLength, reader.Value.Length);
            actions.Add(new MirredAction(MemoryMarshal.Read<int>(reader.Value[MirredLinkAt..]))
            {
                Redirect = MemoryMarshal.Read<int>(reader.Value[MirredKindAt..]) == EgressRedirect,
                Control = (TrafficControl)MemoryMarshal.Read<int>(reader.Value[MirredControlAt..]),
            });
        }
    }
}
