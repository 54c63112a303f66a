using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>Composes and reads RTM_*ADDR.</summary>
internal static class AddressMessages
{
    private const int HeaderLength = 8;
    private const ushort AttributeAddress = 1;
    private const ushort AttributeLocal = 2;
    private const ushort AttributeLabel = 3;
    private const ushort AttributeBroadcast = 4;
    private const ushort AttributeCacheInfo = 6;
    private const ushort AttributeFlags = 8;

    internal static void Write(MessageWriter writer, int linkIndex, InterfaceAddress address, bool deleting)
    {
        CheckPrefix(address);
        writer.AddressHeader(
            KernelFamily.Of(address.Local),
            (byte)address.PrefixLength,
            (byte)address.Scope,
            (byte)address.Flags,
            linkIndex);
        writer.Address(AttributeLocal, address.Local);
        writer.Address(AttributeAddress, address.Peer ?? address.Local);
        if (!string.IsNullOrEmpty(address.Label))
            writer.String(AttributeLabel, address.Label);
        if (deleting)
            return;
        if (address.Flags != AddressFlags.None)
            writer.U32(AttributeFlags, (uint)address.Flags);
        if ((address.Broadcast ?? DeriveBroadcast(address)) is { } broadcast)
            writer.Address(AttributeBroadcast, broadcast);
        if (address.ValidLifetime != InterfaceAddress.Forever || address.PreferredLifetime != InterfaceAddress.Forever)
        {
            // struct ifa_cacheinfo: preferred, valid, two time stamps that the kernel sets.
            Span<byte> info = stackalloc byte[16];
            info.Clear();
            MemoryMarshal.Write(info, address.PreferredLifetime);
            MemoryMarshal.Write(info[4..], address.ValidLifetime);
            writer.Bytes(AttributeCacheInfo, info);
        }
    }

    internal static InterfaceAddress? Parse(ushort type, ReadOnlySpan<byte> body)
    {
        if (type != MessageType.NewAddress)
            return null;
        if (body.Length < HeaderLength)
            ThrowHelper.BodyTooShort("address", HeaderLength, body.Length);
        IPAddress? local = null, other = null, broadcast = null;
        string? label = null;
        uint flags = body[2];
        uint valid = InterfaceAddress.Forever, preferred = InterfaceAddress.Forever;
        var reader = new AttributeReader(body[HeaderLength..]);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case AttributeLocal: local = KernelFamily.Address(reader.Value); break;
                case AttributeAddress: other = KernelFamily.Address(reader.Value); break;
                case AttributeBroadcast: broadcast = KernelFamily.Address(reader.Value); break;
                case AttributeLabel: label = reader.String(); break;
                case AttributeFlags: flags = reader.U32(); break;
                case AttributeCacheInfo when reader.Value.Length >= 8:
                    preferred = MemoryMarshal.Read<uint>(reader.Value);
                    valid = MemoryMarshal.Read<uint>(reader.Value[4..]);
                    break;
            }
        }
        // IPv6 sends IFA_LOCAL only where there is a peer.
        if ((local ?? other) is not { } own)
            return null;
        return new InterfaceAddress
        {
            Local = own,
            PrefixLength = body[1],
            LinkIndex = MemoryMarshal.Read<int>(body[4..]),
            Peer = local is not null && other is not null && !other.Equals(local) ? other : null,
            Broadcast = broadcast,
            Scope = (RouteScope)body[3],
            Flags = (AddressFlags)flags,
            Label = label,
            ValidLifetime = valid,
            PreferredLifetime = preferred,
        };
    }

    internal static IPAddress? DeriveBroadcast(InterfaceAddress address)
    {
        if (address.Local.AddressFamily != AddressFamily.InterNetwork || address.PrefixLength >= 31 || address.Peer is not null)
            return null;
        Span<byte> bytes = stackalloc byte[4];
        address.Local.TryWriteBytes(bytes, out _);
        uint host = uint.MaxValue >> address.PrefixLength;
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) | host);
        return new IPAddress(bytes);
    }

    private static void CheckPrefix(InterfaceAddress address)
    {
        int maximum = address.Local.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if ((uint)address.PrefixLength > (uint)maximum)
            throw new ArgumentException($"prefix length of address {address.Local} must be 0..{maximum}, found {address.PrefixLength}", nameof(address));
    }
}
