namespace MultiNet.Netlink.Netfilter;

/// <summary>What makes a chain a base chain: the place where packets enter it.</summary>
/// <param name="Type"><c>filter</c>, <c>nat</c> or <c>route</c>.</param>
/// <param name="Hook">Where packets enter.</param>
/// <param name="Priority">The order among chains of a hook, lowest first: -300 raw, -100 dstnat, 0 filter, 100 srcnat.</param>
public sealed record NftBaseChain(string Type, NftHook Hook, int Priority)
{
    /// <summary>Packets that reach the end are dropped instead of accepted.</summary>
    public bool DropByDefault { get; init; }
}
