using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>Composes and reads what RTM_*LINK messages of a physical function say of its virtual functions.</summary>
internal static class VirtualFunctionMessages
{
    private const int LinkHeaderLength = 16;

    // struct ifla_vf_mac: number, MAX_ADDR_LEN bytes
    private const int MacLength = 4 + 32;

    internal static void WriteGet(MessageWriter writer, int physical)
    {
        writer.LinkHeader(index: physical);
        writer.U32(LinkAttribute.ExtendedMask, VirtualFunctionAttribute.Filter | LinkAttribute.FilterSkipStatistics);
    }

    internal static void WriteSet(MessageWriter writer, int physical, int index, VirtualFunctionChange change)
    {
        writer.LinkHeader(index: physical);
        int list = writer.BeginFlaggedNested(VirtualFunctionAttribute.List);
        int info = writer.BeginFlaggedNested(VirtualFunctionAttribute.Info);
        Span<byte> value = stackalloc byte[MacLength];
        MemoryMarshal.Write(value, index);
        if (change.MacAddress is { } mac)
        {
            mac.CopyTo(value[4..]);
            writer.Bytes(VirtualFunctionAttribute.Mac, value);
            value[4..].Clear();
        }
        if (change.Vlan is { } vlan)
        {
            MemoryMarshal.Write(value[4..], (uint)vlan.Id);
            MemoryMarshal.Write(value[8..], (uint)vlan.Priority);
            BinaryPrimitives.WriteUInt16BigEndian(value[12..], vlan.Protocol);
            int vlans = writer.BeginFlaggedNested(VirtualFunctionAttribute.VlanList);
            writer.Bytes(VirtualFunctionAttribute.VlanInfo, value[..16]);
            writer.EndNested(vlans);
        }
        if (change.TransmitRate is { } rate)
        {
            MemoryMarshal.Write(value[4..], rate.Minimum);
            MemoryMarshal.Write(value[8..], rate.Maximum);
            writer.Bytes(VirtualFunctionAttribute.Rate, value[..12]);
        }
        if (change.SpoofCheck is { } spoofCheck)
            Setting(VirtualFunctionAttribute.SpoofCheck, spoofCheck ? 1u : 0u, value);
        if (change.LinkState is { } state)
            Setting(VirtualFunctionAttribute.LinkState, (uint)state, value);
        if (change.Trust is { } trust)
            Setting(VirtualFunctionAttribute.Trust, trust ? 1u : 0u, value);
        writer.EndNested(info);
        writer.EndNested(list);

        void Setting(ushort attribute, uint setting, Span<byte> value)
        {
            MemoryMarshal.Write(value[4..], setting);
            writer.Bytes(attribute, value[..8]);
        }
    }

    /// <summary>All virtual functions of the interface that the message is of.</summary>
    internal static List<VirtualFunction>? ParseList(ushort type, ReadOnlySpan<byte> body)
    {
        if (type != MessageType.NewLink)
            return null;
        if (body.Length < LinkHeaderLength)
            ThrowHelper.BodyTooShort("link", LinkHeaderLength, body.Length);
        var functions = new List<VirtualFunction>();
        int macLength = 6;
        var reader = new AttributeReader(body[LinkHeaderLength..]);
        while (reader.Read())
        {
            // The address comes before the list.
            if (reader.Type == LinkAttribute.Address && reader.Value.Length is > 0 and <= 20)
                macLength = reader.Value.Length;
            if (reader.Type != VirtualFunctionAttribute.List)
                continue;
            var list = reader.Nested();
            while (list.Read())
            {
                if (list.Type == VirtualFunctionAttribute.Info)
                    functions.Add(Parse(list.Nested(), macLength));
            }
        }
        return functions;
    }

    private static VirtualFunction Parse(AttributeReader reader, int macLength)
    {
        var found = new VirtualFunction { Index = 0, Vlan = new VirtualFunctionVlan(0, 0, VirtualFunctionVlan.Dot1Q) };
        while (reader.Read())
        {
            found = reader.Type switch
            {
                VirtualFunctionAttribute.Mac => found with { Index = Value(reader, 0), MacAddress = new MacAddress(Bytes(reader, 4, macLength)) },
                VirtualFunctionAttribute.Vlan => found with { Vlan = found.Vlan with { Id = (ushort)Value(reader, 4), Priority = (byte)Value(reader, 8) } },
                VirtualFunctionAttribute.VlanList => found with { Vlan = ParseVlan(reader.Nested()) ?? found.Vlan },
                VirtualFunctionAttribute.Rate => found with { MinimumTransmitRate = Value(reader, 4), MaximumTransmitRate = Value(reader, 8) },
                VirtualFunctionAttribute.SpoofCheck => found with { SpoofCheck = Known(Value(reader, 4)) },
                VirtualFunctionAttribute.LinkState => found with { LinkState = (VirtualFunctionLinkState)Value(reader, 4) },
                VirtualFunctionAttribute.Trust => found with { Trust = Known(Value(reader, 4)) },
                _ => found,
            };
        }
        return found;
    }

    private static VirtualFunctionVlan? ParseVlan(AttributeReader reader)
    {
        while (reader.Read())
        {
            if (reader.Type == VirtualFunctionAttribute.VlanInfo)
                return new VirtualFunctionVlan((ushort)Value(reader, 4), (byte)Value(reader, 8), BinaryPrimitives.ReadUInt16BigEndian(Bytes(reader, 12, 2)));
        }
        return null;
    }

    // The kernel says -1 for a driver that does not tell.
    private static bool? Known(int setting) => setting < 0 ? null : setting != 0;

    private static int Value(in AttributeReader reader, int offset) => MemoryMarshal.Read<int>(Bytes(reader, offset, 4));

    private static ReadOnlySpan<byte> Bytes(in AttributeReader reader, int offset, int length)
    {
        if (reader.Value.Length < offset + length)
            ThrowHelper.AttributeTooShort(reader.Type, offset + length, reader.Value.Length);
        return reader.Value.Slice(offset, length);
    }
}
