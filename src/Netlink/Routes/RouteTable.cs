namespace MultiNet.Netlink;

/// <summary>Numbers of the tables that always exist: RT_TABLE_* of linux/rtnetlink.h.</summary>
public static class RouteTable
{
    /// <summary>253.</summary>
    public const uint Default = 253;

    /// <summary>254, where routes are by default.</summary>
    public const uint Main = 254;

    /// <summary>255, the host's own addresses.</summary>
    public const uint Local = 255;
}
