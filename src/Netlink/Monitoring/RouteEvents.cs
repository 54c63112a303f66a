namespace MultiNet.Netlink;

/// <summary>Kinds of changes that a <see cref="RouteMonitor"/> wakes up for.</summary>
[Flags]
public enum RouteEvents
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Interfaces come, go, and change their state.</summary>
    Links = 1,

    /// <summary>IPv4 addresses come, go, and change their flags.</summary>
    IPv4Addresses = 2,

    /// <summary>IPv6 addresses come, go, and change their flags: duplicate address detection ends.</summary>
    IPv6Addresses = 4,
}
