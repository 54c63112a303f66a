namespace MultiNet.Netlink.Netfilter;

/// <summary>A rule as the kernel lists it: where it is and what it is called. What it does is in <see cref="Content"/>.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Handle">The number to delete it by.</param>
/// <param name="Comment">The comment; null for none.</param>
public sealed record NftListedRule(NftChain Chain, ulong Handle, string? Comment)
{
    private NftRuleContent? _content;

    /// <summary>The name that the rule compares the incoming interface with (<c>iifname "eth0"</c>), to find rules of interfaces that are gone; else null.</summary>
    public string? InInterface { get; init; }

    /// <summary>What the rule matches and does.</summary>
    public NftRuleContent Content => _content ??= NftRuleContentReader.Read(Expressions);

    internal byte[] Expressions { get; init; } = [];
}
