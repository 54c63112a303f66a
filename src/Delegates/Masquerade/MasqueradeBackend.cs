namespace MultiNet.Delegates.Masquerade;

/// <summary>How source addresses are rewritten: the values of <c>ipMasqBackend</c>.</summary>
internal enum MasqueradeBackend
{
    /// <summary>Not said: iptables, unless it is not installed and nftables works.</summary>
    Default,
    /// <summary><c>"iptables"</c>: the tools of that name.</summary>
    Iptables,
    /// <summary><c>"nftables"</c>: the kernel, by netlink.</summary>
    Nftables,
}
