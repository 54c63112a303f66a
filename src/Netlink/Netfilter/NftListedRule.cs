namespace MultiNet.Netlink.Netfilter;

/// <summary>A rule as the kernel lists it: where it is and what it is called. Of what it does only <see cref="InInterface"/> is read.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Handle">The number to delete it by.</param>
/// <param name="Comment">The comment; null for none.</param>
public sealed record NftListedRule(NftChain Chain, ulong Handle, string? Comment)
{
    /// <summary>The name that the rule compares the incoming interface with (<c>iifname "eth0"</c>), to find rules of interfaces that are gone; else null.</summary>
    public string? InInterface { get; init; }
}
