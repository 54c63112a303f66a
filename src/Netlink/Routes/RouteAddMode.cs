namespace MultiNet.Netlink;

/// <summary>What adding a route does where there is one with the same destination, metric and table.</summary>
public enum RouteAddMode
{
    /// <summary>Fails with EEXIST (NLM_F_CREATE | NLM_F_EXCL), as <c>ip route add</c>.</summary>
    Exclusive,

    /// <summary>
    /// Adds beside it unless it is the very same (NLM_F_CREATE), as the reference plugins: IPv4 puts the new one first, IPv6 makes one route
    /// with several next hops.
    /// </summary>
    Beside,

    /// <summary>Takes its place (NLM_F_CREATE | NLM_F_REPLACE).</summary>
    Replace,

    /// <summary>Adds behind it (NLM_F_CREATE | NLM_F_APPEND).</summary>
    Append,
}
