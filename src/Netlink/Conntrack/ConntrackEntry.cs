using System.Net;

namespace MultiNet.Netlink.Conntrack;

/// <summary>A connection that the kernel tracks, as far as it matters for finding those that were sent to a container.</summary>
/// <param name="Protocol">IPPROTO_*: 6 TCP, 17 UDP, 132 SCTP.</param>
/// <param name="Source">Where the first packet came from; port 0 where the protocol has none.</param>
/// <param name="Destination">Where the first packet was sent to, before any rewriting.</param>
/// <param name="ReplySource">Where the answers come from: the destination after rewriting.</param>
public sealed record ConntrackEntry(byte Protocol, IPEndPoint Source, IPEndPoint Destination, IPEndPoint ReplySource)
{
    /// <summary>The original direction as the kernel wrote it (CTA_TUPLE_ORIG), to name the entry by.</summary>
    internal byte[] OriginalTuple { get; init; } = [];

    /// <summary>CTA_ZONE; the default zone is 0.</summary>
    internal ushort Zone { get; init; }

    /// <summary>CTA_ID: tells apart entries that had the same addresses one after the other.</summary>
    internal uint Id { get; init; }

    /// <summary>NFPROTO_IPV4 or NFPROTO_IPV6.</summary>
    internal byte Family { get; init; }
}
