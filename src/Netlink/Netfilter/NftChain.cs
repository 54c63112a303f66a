namespace MultiNet.Netlink.Netfilter;

/// <summary>A chain of a table.</summary>
/// <param name="Table">The table.</param>
/// <param name="Name">Its name, unique in the table.</param>
public sealed record NftChain(NftTable Table, string Name)
{
    /// <summary>Set for a base chain; null for one that only rules lead to.</summary>
    public NftBaseChain? Base { get; init; }

    /// <summary>A comment that <c>nft list ruleset</c> shows; at most 128 bytes. Only when the chain is made.</summary>
    public string? Comment { get; init; }

    /// <summary>Such as <c>inet filter input</c>.</summary>
    public override string ToString() => $"{Table} {Name}";
}
