using System.Globalization;
using System.Text;
using MultiNet.Cni;
using MultiNet.Delegates.Iptables;

namespace MultiNet.Delegates.Portmap;

/// <summary>
/// The rules of iptables that map ports, all in the table nat; chains, rules and comments are the reference's. Packets to an address of this
/// host enter <c>CNI-HOSTPORT-DNAT</c>, and from there, by their port, the chain of a container and network, <c>CNI-DN-</c> and a hash.
/// </summary>
internal static class HostPortRules
{
    /// <summary>The table.</summary>
    public const string Table = "nat";

    /// <summary>The chain that leads to those of the containers.</summary>
    public const string EntryChain = "CNI-HOSTPORT-DNAT";

    private const string SetMarkChain = "CNI-HOSTPORT-SETMARK";
    private const string MasqueradeChain = "CNI-HOSTPORT-MASQ";

    // Longer names of chains are refused by iptables.
    private const int ChainLength = 28;

    // The match multiport takes 15 ports.
    private const int PortsOfARule = 15;

    // The match comment takes 256 bytes with the final zero.
    private const int CommentLength = 255;

    /// <summary>The chain of a container in a network. The interface does not enter: attachments of one container to one network share it.</summary>
    public static string ChainOf(string network, string containerId) => ChainOf("CNI-DN-", network, containerId);

    /// <summary>The chain that old releases of the reference made beside it.</summary>
    public static string FormerChainOf(string network, string containerId) => ChainOf("CNI-SN-", network, containerId);

    /// <summary>What the comments of a network's rules begin with; the container's id and a quote follow.</summary>
    public static string CommentPrefix(string network) => $"dnat name: \"{network}\" id: \"";

    /// <summary>The chains that all share.</summary>
    public static IReadOnlyList<string> SharedChains(PortmapAttachment attachment) =>
        MarksItself(attachment) ? [SetMarkChain, MasqueradeChain, EntryChain] : [EntryChain];

    /// <summary>The rules that all share.</summary>
    /// <returns>Each with whether it must be made as the first of its chain: before the masquerading of bridge and ptp.</returns>
    public static IReadOnlyList<(IptablesRule Rule, bool First)> Shared(PortmapAttachment attachment)
    {
        var rules = new List<(IptablesRule, bool)>();
        if (MarksItself(attachment))
        {
            string mark = string.Create(CultureInfo.InvariantCulture, $"0x{1u << attachment.MarkBit:x}");
            rules.Add((new IptablesRule(SetMarkChain, "-m", "comment", "--comment", "CNI portfwd masquerade mark", "-j", "MARK", "--set-xmark", $"{mark}/{mark}"), false));
            rules.Add((new IptablesRule(MasqueradeChain, "-m", "mark", "--mark", $"{mark}/{mark}", "-j", "MASQUERADE"), false));
            rules.Add((new IptablesRule("POSTROUTING", "-m", "comment", "--comment", "CNI portfwd requiring masquerade", "-j", MasqueradeChain), true));
        }
        foreach (string entrance in (ReadOnlySpan<string>)["PREROUTING", "OUTPUT"])
            rules.Add((new IptablesRule(entrance, "-m", "addrtype", "--dst-type", "LOCAL", "-j", EntryChain), false));
        return rules;
    }

    /// <summary>The rules that lead from <see cref="EntryChain"/> to the chain of an attachment: by protocol, up to 15 ports each.</summary>
    /// <param name="attachment">The attachment.</param>
    /// <param name="ipv4">The family.</param>
    /// <param name="conditional">With the conditions; without them to look for what the tools made of those.</param>
    public static List<IptablesRule> Entries(PortmapAttachment attachment, bool ipv4, bool conditional = true)
    {
        var rules = new List<IptablesRule>();
        foreach (string protocol in (ReadOnlySpan<string>)["sctp", "tcp", "udp"])
        {
            var ports = new List<string>();
            foreach (var mapping in attachment.Mappings)
            {
                // As the reference does: also ports of the other family's addresses, which the chain then lets pass.
                if (mapping.Protocol == protocol)
                    ports.Add(mapping.HostPort.ToString(CultureInfo.InvariantCulture));
            }
            for (int start = 0; start < ports.Count; start += PortsOfARule)
            {
                string some = string.Join(',', ports.GetRange(start, Math.Min(PortsOfARule, ports.Count - start)));
                rules.Add(new IptablesRule(
                    EntryChain,
                    [
                        "-p", protocol, "-m", "comment", "--comment", CommentOf(attachment), "-m", "multiport", "--dports", some,
                        .. conditional ? attachment.Conditions(ipv4) : [], "-j", ChainOf(attachment.Network, attachment.ContainerId),
                    ]));
            }
        }
        return rules;
    }

    /// <summary>The rules in the chain of an attachment: for each mapping, what is to be marked for masquerading, then the new destination.</summary>
    public static List<IptablesRule> Rules(PortmapAttachment attachment, bool ipv4)
    {
        var rules = new List<IptablesRule>();
        if (attachment.Address(ipv4) is not { } pod)
            return rules;
        string chain = ChainOf(attachment.Network, attachment.ContainerId);
        foreach (var mapping in attachment.Mappings)
        {
            if (!mapping.AppliesTo(ipv4))
                continue;
            string[] match =
            [
                .. mapping.OnlyHostIP is { } only ? (string[])["-d", IPPrefix.Host(only).ToString()] : [],
                "-p", mapping.Protocol, "-m", mapping.Protocol, "--dport", mapping.HostPort.ToString(CultureInfo.InvariantCulture),
            ];
            if (attachment.Snat)
            {
                string mark = attachment.SetMarkChain ?? SetMarkChain;
                if (attachment.MasqAll)
                {
                    rules.Add(new IptablesRule(chain, [.. match, "-j", mark]));
                }
                else
                {
                    rules.Add(new IptablesRule(chain, ["-s", pod.Network.ToString(), .. match, "-j", mark]));
                    if (ipv4)
                        rules.Add(new IptablesRule(chain, ["-s", "127.0.0.1/32", .. match, "-j", mark]));
                }
            }
            string address = IPText.Format(pod.Address);
            string destination = string.Create(CultureInfo.InvariantCulture, $"{(ipv4 ? address : $"[{address}]")}:{mapping.ContainerPort}");
            rules.Add(new IptablesRule(chain, [.. match, "-j", "DNAT", "--to-destination", destination]));
        }
        return rules;
    }

    private static bool MarksItself(PortmapAttachment attachment) => attachment.Snat && attachment.SetMarkChain is null;

    private static string ChainOf(string prefix, string network, string containerId) =>
        string.Concat(prefix, Sha512.Hex(Encoding.UTF8.GetBytes(network + containerId)).AsSpan(0, ChainLength - prefix.Length));

    private static string CommentOf(PortmapAttachment attachment)
    {
        string comment = $"{CommentPrefix(attachment.Network)}{attachment.ContainerId}\"";
        return comment.Length <= CommentLength ? comment : comment[..(CommentLength - 3)] + "...";
    }
}
