namespace MultiNet.Delegates.Portmap;

/// <summary>By what means ports are mapped: the values of <c>backend</c>.</summary>
internal enum PortmapBackend
{
    /// <summary><c>"iptables"</c>: the tools of that name.</summary>
    Iptables,

    /// <summary><c>"nftables"</c>: the kernel, by netlink.</summary>
    Nftables,
}
