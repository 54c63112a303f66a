using System.Net;
using MultiNet.Netlink.Netfilter;

namespace MultiNet.Delegates.Portmap;

/// <summary>
/// The table <c>cni_hostport</c> of one family: chains and rules are those of the reference. Packets to an address of this host are led
/// into <c>hostports</c>, where each mapping has a rule; its comment is the container's id.
/// </summary>
internal sealed class HostPortTable
{
    private const int DestinationNatPriority = -100;
    private const int SourceNatPriority = 100;

    // The longest comment that the nft tool takes.
    private const int CommentLength = 128;

    private readonly NftChain _all;
    private readonly NftChain _prerouting;
    private readonly NftChain _output;

    /// <summary>The table of a family.</summary>
    public HostPortTable(bool ipv4)
    {
        IsIPv4 = ipv4;
        Table = new NftTable(ipv4 ? NftFamily.IPv4 : NftFamily.IPv6, "cni_hostport") { Comment = "CNI portmap plugin" };
        Ports = new NftChain(Table, "hostports");
        FormerPorts = new NftChain(Table, "hostip_hostports");
        _all = new NftChain(Table, "hostports_all");
        _prerouting = new NftChain(Table, "prerouting") { Base = new NftBaseChain("nat", NftHook.Prerouting, DestinationNatPriority) };
        _output = new NftChain(Table, "output") { Base = new NftBaseChain("nat", NftHook.Output, DestinationNatPriority) };
        Masquerading = new NftChain(Table, "masquerading") { Base = new NftBaseChain("nat", NftHook.Postrouting, SourceNatPriority) };
        var toAll = new NftRuleContent { ToThisHost = true, Jump = _all.Name };
        WayIn =
        [
            (_all, [new NftRuleContent { Jump = FormerPorts.Name }, new NftRuleContent { Jump = Ports.Name }]),
            (_prerouting, [toAll]),
            (_output, [toAll]),
        ];
    }

    /// <summary>The family.</summary>
    public bool IsIPv4 { get; }

    /// <summary>The table.</summary>
    public NftTable Table { get; }

    /// <summary>The chain of the mappings.</summary>
    public NftChain Ports { get; }

    /// <summary>Where former releases of the reference kept mappings of one host address. It stays, and mappings in it count.</summary>
    public NftChain FormerPorts { get; }

    /// <summary>The chain in which what is sent back to where it came from gets the host's address.</summary>
    public NftChain Masquerading { get; }

    /// <summary>The chains that lead packets to <see cref="Ports"/>, each with all its rules.</summary>
    public IReadOnlyList<(NftChain Chain, IReadOnlyList<NftRuleContent> Rules)> WayIn { get; }

    /// <summary>The comment on the rules of a container.</summary>
    public static string CommentOf(string containerId) => containerId.Length <= CommentLength ? containerId : containerId[..CommentLength];

    /// <summary>The rules of an attachment; none where it has no address of the family.</summary>
    public List<(NftChain Chain, NftRuleContent Rule)> RulesOf(PortmapAttachment attachment)
    {
        var rules = new List<(NftChain, NftRuleContent)>();
        if (attachment.Address(IsIPv4)?.Address is not { } pod)
            return rules;
        foreach (var mapping in attachment.Mappings)
        {
            if (mapping.AppliesTo(IsIPv4))
                rules.Add((Ports, RuleOf(mapping, pod)));
        }
        if (!attachment.Snat)
            return rules;
        // The container itself, through the host: it would get the answer directly, from an address that it did not ask.
        rules.Add((Masquerading, new NftRuleContent { Source = pod, Destination = pod, Masquerades = true }));
        // The kernel knows nothing like route_localnet for IPv6.
        if (IsIPv4)
            rules.Add((Masquerading, new NftRuleContent { Source = IPAddress.Loopback, Destination = pod, Masquerades = true }));
        if (attachment.MasqAll)
            rules.Add((Masquerading, new NftRuleContent { DestinationRewritten = true, Destination = pod, Masquerades = true }));
        return rules;
    }

    /// <summary>Does a rule lead packets to this address, or rewrite the source of what is led there?</summary>
    public static bool LeadsTo(NftRuleContent rule, IPAddress pod) =>
        rule.NewDestination is { } destination ? destination.Address.Equals(pod) : rule.Masquerades && pod.Equals(rule.Destination);

    /// <summary>Would a rule take packets of a mapping?</summary>
    public static bool Takes(NftRuleContent rule, PortMapping mapping) =>
        rule.NewDestination is not null && rule.Protocol == mapping.ProtocolNumber && rule.DestinationPort == mapping.HostPort
        && (rule.Destination is null || mapping.OnlyHostIP is null || rule.Destination.Equals(mapping.OnlyHostIP));

    private static NftRuleContent RuleOf(PortMapping mapping, IPAddress pod) => new()
    {
        Destination = mapping.OnlyHostIP,
        Protocol = mapping.ProtocolNumber,
        DestinationPort = (ushort)mapping.HostPort,
        NewDestination = new IPEndPoint(pod, mapping.ContainerPort),
    };
}
