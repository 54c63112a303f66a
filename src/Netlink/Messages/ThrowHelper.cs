using System.Diagnostics.CodeAnalysis;

namespace MultiNet.Netlink.Messages;

/// <summary>The cold paths of the readers, kept out of the hot ones.</summary>
internal static class ThrowHelper
{
    [DoesNotReturn]
    internal static void AttributeLength(int length, int available) =>
        throw new NetlinkProtocolException($"attribute of {length} bytes where 4..{available} are possible");

    [DoesNotReturn]
    internal static void AttributeTooShort(ushort type, int needed, int found) =>
        throw new NetlinkProtocolException($"attribute {type} has {found} bytes where {needed} are needed");

    [DoesNotReturn]
    internal static void MessageLength(uint length, int available) =>
        throw new NetlinkProtocolException($"message of {length} bytes where 16..{available} are possible");

    [DoesNotReturn]
    internal static void BodyTooShort(string what, int needed, int found) =>
        throw new NetlinkProtocolException($"{what} message has {found} bytes where {needed} are needed");

    [DoesNotReturn]
    internal static void AddressLength(int found) =>
        throw new NetlinkProtocolException($"IP address of {found} bytes where 4 or 16 are possible");
}
