namespace MultiNet.Netlink.Netfilter;

/// <summary>A rule as the kernel lists it: where it is and what it is called. What it does is not read.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Handle">The number to delete it by.</param>
/// <param name="Comment">The comment; null for none.</param>
public sealed record NftListedRule(NftChain Chain, ulong Handle, string? Comment);
