using System.Net;
using System.Net.Sockets;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>AF_* as the kernel numbers them; .NET's own numbers differ for IPv6.</summary>
internal static class KernelFamily
{
    internal const byte Unspecified = 0;
    internal const byte IPv4 = 2;
    internal const byte Bridge = 7;
    internal const byte IPv6 = 10;

    internal static byte Of(IPAddress address) => Of(address.AddressFamily);

    internal static byte Of(AddressFamily family) => family switch
    {
        AddressFamily.InterNetwork => IPv4,
        AddressFamily.InterNetworkV6 => IPv6,
        AddressFamily.Unspecified => Unspecified,
        _ => throw new ArgumentException($"address family must be InterNetwork or InterNetworkV6, found {family}", nameof(family)),
    };

    internal static IPAddress Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is not (4 or 16))
            ThrowHelper.AddressLength(bytes.Length);
        return new IPAddress(bytes);
    }
}
