using System.Runtime.InteropServices;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>Composes and reads RTM_*QDISC.</summary>
internal static class QdiscMessages
{
    private const int HeaderLength = 20;

    internal static void WriteAdd(MessageWriter writer, int linkIndex, QdiscSpec spec)
    {
        writer.TrafficHeader(linkIndex, spec.Handle.Value, spec.Parent.Value);
        writer.String(QdiscAttribute.Kind, spec.Kind);
        spec.WriteOptions(writer);
    }

    /// <summary>With handle and kind the kernel deletes nothing else that may stand there by now.</summary>
    internal static void WriteDelete(MessageWriter writer, int linkIndex, TrafficHandle parent, TrafficHandle handle, string kind)
    {
        writer.TrafficHeader(linkIndex, handle.Value, parent.Value);
        writer.String(QdiscAttribute.Kind, kind);
    }

    internal static Qdisc? Parse(ushort type, ReadOnlySpan<byte> body)
    {
        if (type != MessageType.NewQdisc)
            return null;
        if (body.Length < HeaderLength)
            ThrowHelper.BodyTooShort("qdisc", HeaderLength, body.Length);
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
        return new Qdisc
        {
            LinkIndex = MemoryMarshal.Read<int>(body[4..]),
            Handle = new TrafficHandle(MemoryMarshal.Read<uint>(body[8..])),
            Parent = new TrafficHandle(MemoryMarshal.Read<uint>(body[12..])),
            Kind = kind,
            TokenBucket = kind == TokenBucket.Kind ? TokenBucket.Parse(new AttributeReader(options)) : null,
        };
    }
}
