namespace MultiNet.Netlink;

/// <summary>Who made a route: RTPROT_* of linux/rtnetlink.h. Other values of a byte are possible.</summary>
public enum RouteProtocol : byte
{
    /// <summary>Not told.</summary>
    Unspecified = 0,

    /// <summary>An ICMP redirect.</summary>
    Redirect = 1,

    /// <summary>The kernel.</summary>
    Kernel = 2,

    /// <summary>The boot, and every tool that does not say better.</summary>
    Boot = 3,

    /// <summary>The administrator.</summary>
    Static = 4,

    /// <summary>A router advertisement.</summary>
    RouterAdvertisement = 9,
}
