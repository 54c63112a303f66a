using System.Runtime.InteropServices;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>Composes and reads the VLANs of bridge ports: RTM_*LINK of family AF_BRIDGE, IFLA_AF_SPEC.</summary>
internal static class BridgeVlanMessages
{
    private const int HeaderLength = 16;
    private const ushort AttributeFlags = 0;
    private const ushort AttributeVlan = 2;
    private const ushort OnBridgeItself = 2;

    // bridge_vlan_info.flags
    private const ushort PortVlan = 0x02;
    private const ushort Untagged = 0x04;
    private const ushort RangeBegin = 0x08;
    private const ushort RangeEnd = 0x10;

    internal static void Write(MessageWriter writer, int linkIndex, ReadOnlySpan<BridgeVlan> vlans, bool onBridgeItself)
    {
        writer.LinkHeader(KernelFamily.Bridge, linkIndex);
        int spec = writer.BeginNested(LinkAttribute.AddressFamilySpec);
        if (onBridgeItself)
            writer.U16(AttributeFlags, OnBridgeItself);
        foreach (var vlan in vlans)
            Write(writer, vlan);
        writer.EndNested(spec);
    }

    internal static void WriteList(MessageWriter writer)
    {
        writer.LinkHeader(KernelFamily.Bridge);
        writer.U32(LinkAttribute.ExtendedMask, LinkAttribute.FilterBridgeVlanCompressed);
    }

    /// <summary>The VLANs of one interface; null for a message about another.</summary>
    internal static List<BridgeVlan>? Parse(ushort type, ReadOnlySpan<byte> body, int linkIndex)
    {
        if (type != MessageType.NewLink)
            return null;
        if (body.Length < HeaderLength)
            ThrowHelper.BodyTooShort("link", HeaderLength, body.Length);
        if (MemoryMarshal.Read<int>(body[4..]) != linkIndex)
            return null;
        var vlans = new List<BridgeVlan>();
        var reader = new AttributeReader(body[HeaderLength..]);
        while (reader.Read())
        {
            if (reader.Type == LinkAttribute.AddressFamilySpec)
                Parse(reader.Nested(), vlans);
        }
        return vlans;
    }

    private static void Parse(AttributeReader reader, List<BridgeVlan> vlans)
    {
        ushort begin = 0;
        while (reader.Read())
        {
            if (reader.Type != AttributeVlan)
                continue;
            // struct bridge_vlan_info: flags, id; 16 bits each.
            if (reader.Value.Length < 4)
                ThrowHelper.AttributeTooShort(AttributeVlan, 4, reader.Value.Length);
            ushort flags = MemoryMarshal.Read<ushort>(reader.Value), id = MemoryMarshal.Read<ushort>(reader.Value[2..]);
            if ((flags & RangeBegin) != 0)
            {
                begin = id;
                continue;
            }
            bool isRange = (flags & RangeEnd) != 0 && begin != 0;
            vlans.Add(new BridgeVlan
            {
                Id = isRange ? begin : id,
                EndId = isRange ? id : (ushort)0,
                PortVlan = (flags & PortVlan) != 0,
                Untagged = (flags & Untagged) != 0,
            });
            begin = 0;
        }
    }

    private static void Write(MessageWriter writer, BridgeVlan vlan)
    {
        bool isRange = vlan.EndId > vlan.Id;
        if (vlan.Id is 0 or > 4094 || vlan.EndId > 4094 || (vlan.EndId != 0 && vlan.EndId < vlan.Id) || (isRange && vlan.PortVlan))
            throw new ArgumentException($"VLAN ids must be 1..4094 in rising order and a range cannot be the port VLAN, found {vlan}", nameof(vlan));
        ushort flags = (ushort)((vlan.PortVlan ? PortVlan : 0) | (vlan.Untagged ? Untagged : 0));
        if (!isRange)
        {
            Info(flags, vlan.Id);
            return;
        }
        Info((ushort)(flags | RangeBegin), vlan.Id);
        Info((ushort)(flags | RangeEnd), vlan.EndId);

        void Info(ushort bits, ushort id)
        {
            Span<byte> info = stackalloc byte[4];
            MemoryMarshal.Write(info, bits);
            MemoryMarshal.Write(info[2..], id);
            writer.Bytes(AttributeVlan, info);
        }
    }
}
