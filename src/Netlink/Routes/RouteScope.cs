namespace MultiNet.Netlink;

/// <summary>How far away something is: RT_SCOPE_* of linux/rtnetlink.h. Other values of a byte are possible.</summary>
public enum RouteScope : byte
{
    /// <summary>Anywhere ("global").</summary>
    Universe = 0,

    /// <summary>Inside the site.</summary>
    Site = 200,

    /// <summary>On the link.</summary>
    Link = 253,

    /// <summary>On this host.</summary>
    Host = 254,

    /// <summary>Nowhere.</summary>
    Nowhere = 255,
}
