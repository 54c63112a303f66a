namespace MultiNet.Netlink.Netfilter;

/// <summary>Which packets a table sees: NFPROTO_* of linux/netfilter.h.</summary>
public enum NftFamily : byte
{
    /// <summary>All families, when listing.</summary>
    Unspecified = 0,

    /// <summary>IPv4 and IPv6 (<c>inet</c>).</summary>
    Inet = 1,

    /// <summary>IPv4 (<c>ip</c>).</summary>
    IPv4 = 2,

    /// <summary>ARP.</summary>
    Arp = 3,

    /// <summary>Ingress of a device.</summary>
    Netdev = 5,

    /// <summary>Frames that a bridge forwards.</summary>
    Bridge = 7,

    /// <summary>IPv6 (<c>ip6</c>).</summary>
    IPv6 = 10,
}
