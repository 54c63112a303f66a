using System.Net;

namespace MultiNet.Netlink.Netfilter;

/// <summary>
/// What a listed rule matches and does, as far as it is of the kinds that port mappings are made of. Two rules of such kinds are the same
/// if their contents are equal; whatever else a rule holds shows as <see cref="HasMore"/>.
/// </summary>
public sealed record NftRuleContent
{
    /// <summary><c>ip saddr</c>: the one address that packets come from; null for any.</summary>
    public IPAddress? Source { get; init; }

    /// <summary><c>ip daddr</c>: the one address that packets go to; null for any.</summary>
    public IPAddress? Destination { get; init; }

    /// <summary><c>fib daddr type local</c>.</summary>
    public bool ToThisHost { get; init; }

    /// <summary><c>ct status dnat</c>.</summary>
    public bool DestinationRewritten { get; init; }

    /// <summary><c>meta l4proto</c>, IPPROTO_*; 0 for any.</summary>
    public byte Protocol { get; init; }

    /// <summary><c>tcp dport</c> and the like; null for any.</summary>
    public ushort? DestinationPort { get; init; }

    /// <summary><c>dnat to</c>: the new destination; port 0 where it stays.</summary>
    public IPEndPoint? NewDestination { get; init; }

    /// <summary><c>masquerade</c>.</summary>
    public bool Masquerades { get; init; }

    /// <summary>The chain of a <c>jump</c>; null for none.</summary>
    public string? Jump { get; init; }

    /// <summary>There is something in the rule that is not told here.</summary>
    public bool HasMore { get; init; }
}
