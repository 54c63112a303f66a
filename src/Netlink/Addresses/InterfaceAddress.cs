using System.Net;

namespace MultiNet.Netlink;

/// <summary>An IPv4 or IPv6 address of an interface.</summary>
public sealed record InterfaceAddress
{
    /// <summary>A lifetime without end.</summary>
    public const uint Forever = uint.MaxValue;

    /// <summary>The interface's own address.</summary>
    public required IPAddress Local { get; init; }

    /// <summary>Bits of the prefix: 0..32 or 0..128.</summary>
    public required int PrefixLength { get; init; }

    /// <summary>The index of the interface. Where one is a parameter of the call, that one counts.</summary>
    public int LinkIndex { get; init; }

    /// <summary>The other end, of a point-to-point address; null otherwise.</summary>
    public IPAddress? Peer { get; init; }

    /// <summary>The broadcast address. Null, when adding: derived for IPv4 prefixes shorter than 31 bits without peer.</summary>
    public IPAddress? Broadcast { get; init; }

    /// <summary>Where the address is valid. IPv6: the kernel decides.</summary>
    public RouteScope Scope { get; init; }

    /// <summary>IFA_F_* flags.</summary>
    public AddressFlags Flags { get; init; }

    /// <summary>IPv4 label: the name of the interface, by itself or followed by a colon and more; null or "" for none.</summary>
    public string? Label { get; init; }

    /// <summary>Seconds the address is valid.</summary>
    public uint ValidLifetime { get; init; } = Forever;

    /// <summary>Seconds the address is preferred.</summary>
    public uint PreferredLifetime { get; init; } = Forever;

    /// <summary>Address and prefix length, <c>10.1.2.3/24</c>.</summary>
    public override string ToString() => $"{Local}/{PrefixLength}";
}
