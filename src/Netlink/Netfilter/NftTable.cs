namespace MultiNet.Netlink.Netfilter;

/// <summary>A table of nftables.</summary>
/// <param name="Family">Which packets it sees.</param>
/// <param name="Name">Its name, unique in the family.</param>
public sealed record NftTable(NftFamily Family, string Name)
{
    /// <summary>A comment that <c>nft list ruleset</c> shows; at most 128 bytes. Only when the table is made.</summary>
    public string? Comment { get; init; }

    /// <summary>Such as <c>inet filter</c>.</summary>
    public override string ToString() => $"{FamilyName(Family)} {Name}";

    private static string FamilyName(NftFamily family) => family switch
    {
        NftFamily.Inet => "inet",
        NftFamily.IPv4 => "ip",
        NftFamily.Arp => "arp",
        NftFamily.Netdev => "netdev",
        NftFamily.Bridge => "bridge",
        NftFamily.IPv6 => "ip6",
        _ => $"family {(byte)family}",
    };
}
