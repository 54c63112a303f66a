using MultiNet.Netlink;

namespace MultiNet.Delegates.InterfaceConfiguration;

/// <summary>The routing tables of a namespace.</summary>
internal static class RoutingTables
{
    private const uint Unspecified = 0;

    // 252: RT_TABLE_COMPAT, what the kernel tells old programs instead of a number above 255.
    private const uint Compatibility = 252;

    /// <summary>
    /// Finds tables that nobody uses: no rule points to them, no route is in them, no VRF has them, and the kernel keeps them for nothing else.
    /// The reference looks at the main table's routes only, and so takes the table of a VRF.
    /// </summary>
    /// <param name="socket">The socket of the namespace.</param>
    /// <param name="first">Where to begin.</param>
    /// <param name="count">How many.</param>
    /// <returns>Ascending numbers.</returns>
    public static IReadOnlyList<uint> FindFree(RouteSocket socket, uint first, int count)
    {
        var used = InUse(socket);
        var free = new List<uint>(count);
        for (uint table = first; free.Count < count; table++)
        {
            if (!used.Contains(table))
                free.Add(table);
        }
        return free;
    }

    private static HashSet<uint> InUse(RouteSocket socket)
    {
        var used = new HashSet<uint> { Unspecified, Compatibility, RouteTable.Default, RouteTable.Main, RouteTable.Local };
        foreach (var rule in socket.RuleList())
            used.Add(rule.Table);
        foreach (var route in socket.RouteList(new RouteFilter { Table = null }))
            used.Add(route.Table);
        // A VRF that has no port yet has no route either.
        foreach (var link in socket.LinkList())
        {
            if (link.VrfTable is { } table)
                used.Add(table);
        }
        return used;
    }
}
