namespace MultiNet.Netlink.Netfilter;

/// <summary>
/// A rule to be made: expressions that the kernel runs in their order until one does not match. Composed by methods that return
/// a longer rule: <c>new NftRule(chain).MatchSource(pod).MatchDestination(network, negate: true).Masquerade()</c>. The expressions are the ones that
/// the nft tool makes of the same words, so that it lists the rule in those words.
/// </summary>
public sealed partial class NftRule
{
    private readonly NftExpression[] _expressions;

    // What "meta nfproto" or "meta protocol" was compared with already: the tool compares once per rule.
    private readonly byte _networkFamily;

    // The same for "meta l4proto".
    private readonly byte _transport;

    /// <summary>A rule without expressions at the end of a chain.</summary>
    public NftRule(NftChain chain)
        : this(chain, [], null, NetworkFamilyOf(chain), 0)
    {
    }

    private NftRule(NftChain chain, NftExpression[] expressions, string? comment, byte networkFamily, byte transport)
    {
        Chain = chain;
        _expressions = expressions;
        Comment = comment;
        _networkFamily = networkFamily;
        _transport = transport;
    }

    /// <summary>The chain it belongs to.</summary>
    public NftChain Chain { get; }

    /// <summary>A comment that <c>nft list ruleset</c> shows; null for none.</summary>
    public string? Comment { get; }

    internal ReadOnlySpan<NftExpression> Expressions => _expressions;

    /// <summary>The same rule with a comment of at most 128 bytes.</summary>
    public NftRule WithComment(string comment) => new(Chain, _expressions, comment, _networkFamily, _transport);

    private NftRule With(params ReadOnlySpan<NftExpression> more) => With(_networkFamily, _transport, more);

    private NftRule With(byte networkFamily, byte transport, params ReadOnlySpan<NftExpression> more) =>
        new(Chain, [.. _expressions, .. more], Comment, networkFamily, transport);

    private static byte NetworkFamilyOf(NftChain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return chain.Table.Family is NftFamily.IPv4 or NftFamily.IPv6 ? (byte)chain.Table.Family : (byte)0;
    }
}
