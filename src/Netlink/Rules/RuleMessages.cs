using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>Composes and reads RTM_*RULE (linux/fib_rules.h).</summary>
internal static class RuleMessages
{
    private const int HeaderLength = 12;
    private const uint InvertFlag = 2;

    private const ushort Destination = 1;
    private const ushort Source = 2;
    private const ushort InInterface = 3;
    private const ushort Priority = 6;
    private const ushort Mark = 10;
    private const ushort Table = 15;
    private const ushort MarkMask = 16;
    private const ushort OutInterface = 17;
    private const ushort Protocol = 21;

    internal static void Write(MessageWriter writer, Rule rule, bool deleting)
    {
        writer.RouteHeader(
            KernelFamily.Of(rule.Family),
            (byte)(rule.Destination?.PrefixLength ?? 0),
            (byte)(rule.Source?.PrefixLength ?? 0),
            table: rule.Table <= byte.MaxValue ? (byte)rule.Table : (byte)0,
            type: ToAction(rule.Action),
            flags: rule.Invert ? InvertFlag : 0);
        if (rule.Destination is { PrefixLength: > 0 } destination)
            writer.Address(Destination, destination.BaseAddress);
        if (rule.Source is { PrefixLength: > 0 } source)
            writer.Address(Source, source.BaseAddress);
        if (rule.InInterface is { } input)
            writer.String(InInterface, input);
        if (rule.OutInterface is { } output)
            writer.String(OutInterface, output);
        if (rule.Priority is { } priority)
            writer.U32(Priority, priority);
        if (rule.Mark is { } mark)
            writer.U32(Mark, mark);
        if (rule.MarkMask is { } mask)
            writer.U32(MarkMask, mask);
        if (rule.Table > byte.MaxValue)
            writer.U32(Table, rule.Table);
        if (rule.Protocol is { } protocol)
            writer.U8(Protocol, (byte)protocol);
        else if (!deleting)
            writer.U8(Protocol, (byte)RouteProtocol.Boot);
    }

    internal static Rule? Parse(ushort type, ReadOnlySpan<byte> body)
    {
        if (type != MessageType.NewRule)
            return null;
        if (body.Length < HeaderLength)
            ThrowHelper.BodyTooShort("rule", HeaderLength, body.Length);
        byte family = body[0];
        if (family is not (KernelFamily.IPv4 or KernelFamily.IPv6))
            return null;
        IPNetwork? source = null, destination = null;
        string? input = null, output = null;
        uint? mark = null, mask = null, priority = null;
        uint table = body[4];
        RouteProtocol? protocol = null;
        var reader = new AttributeReader(body[HeaderLength..]);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case Destination: destination = RouteParser.Network(KernelFamily.Address(reader.Value), family, body[1]); break;
                case Source: source = RouteParser.Network(KernelFamily.Address(reader.Value), family, body[2]); break;
                case InInterface: input = reader.String(); break;
                case OutInterface: output = reader.String(); break;
                case Priority: priority = reader.U32(); break;
                case Mark: mark = reader.U32(); break;
                case MarkMask: mask = reader.U32(); break;
                case Table: table = reader.U32(); break;
                case Protocol: protocol = (RouteProtocol)reader.U8(); break;
            }
        }
        return new Rule
        {
            Family = family == KernelFamily.IPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6,
            // The kernel leaves priority 0 out.
            Priority = priority ?? 0,
            Source = source,
            Destination = destination,
            InInterface = input,
            OutInterface = output,
            Mark = mark,
            MarkMask = mark is null ? null : mask,
            Invert = (MemoryMarshal.Read<uint>(body[8..]) & InvertFlag) != 0,
            Action = (RouteType)body[7],
            Table = table,
            Protocol = protocol,
        };
    }

    // FR_ACT_* is 1 for a table and numbered like RTN_* from blackhole to prohibit.
    private static byte ToAction(RouteType action) => action switch
    {
        RouteType.Unicast or RouteType.Blackhole or RouteType.Unreachable or RouteType.Prohibit => (byte)action,
        _ => throw new ArgumentException($"the action of a rule is Unicast, Blackhole, Unreachable or Prohibit, found {action}", nameof(action)),
    };
}
