using System.Text;

namespace MultiNet.Delegates.Masquerade;

/// <summary>
/// The names under which masquerading of one attachment is found again: the same as those of the reference plugins, so that each can
/// take down what the other put up.
/// </summary>
/// <param name="network">The network's name.</param>
/// <param name="containerId">The container's id.</param>
/// <param name="ifName">The interface in the container.</param>
internal sealed class MasqueradeNames(string network, string containerId, string ifName)
{
    /// <summary>What every iptables chain of ours begins with.</summary>
    public const string ChainPrefix = "CNI-";

    /// <summary>Length of <see cref="AttachmentPrefix"/>: two hashes of 16 digits with a hyphen between.</summary>
    public const int AttachmentPrefixLength = 33;

    /// <summary>Longer chain names are refused by iptables.</summary>
    private const int ChainLength = 28;

    /// <summary>The comment match of iptables takes 256 bytes with the final zero.</summary>
    private const int IptablesCommentLength = 255;

    /// <summary>nftables: the longest comment that the nft tool takes.</summary>
    private const int NftablesCommentLength = 128;

    /// <summary>The network's name.</summary>
    public string Network => network;

    /// <summary>The container's id.</summary>
    public string ContainerId => containerId;

    /// <summary>The interface in the container.</summary>
    public string IfName => ifName;

    /// <summary>iptables: the chain of this container in this network (the interface does not enter, so two attachments share it).</summary>
    public string Chain => string.Concat(ChainPrefix, Hash(network + containerId).AsSpan(0, ChainLength - ChainPrefix.Length));

    /// <summary>iptables: the comment on every rule. Names and ids hold nothing that would have to be escaped.</summary>
    public string IptablesComment
    {
        get
        {
            string comment = $"name: \"{network}\" id: \"{containerId}\"";
            return comment.Length <= IptablesCommentLength ? comment : comment[..IptablesCommentLength];
        }
    }

    /// <summary>nftables: what the comments of all rules of a network begin with.</summary>
    public static string NetworkPrefix(string network) => Hash(network)[..16] + "-";

    /// <summary>nftables: what the comments of all rules of this attachment begin with.</summary>
    public string AttachmentPrefix => string.Concat(NetworkPrefix(network), Hash($"{ifName}:{containerId}").AsSpan(0, 16));

    /// <summary>nftables: the comment on every rule.</summary>
    public string NftablesComment
    {
        get
        {
            string comment = $"{AttachmentPrefix}, net: {network}, if: {ifName}, id: {containerId}".Replace("\"", "");
            return comment.Length <= NftablesCommentLength ? comment : comment[..NftablesCommentLength];
        }
    }

    private static string Hash(string text) => Sha512.Hex(Encoding.UTF8.GetBytes(text));
}
