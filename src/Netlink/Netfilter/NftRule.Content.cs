using System.Net.Sockets;

namespace MultiNet.Netlink.Netfilter;

/// <content>Rules out of <see cref="NftRuleContent"/>.</content>
public sealed partial class NftRule
{
    /// <summary>A rule that, listed, has this content.</summary>
    /// <exception cref="ArgumentException">The content tells of more than can be composed.</exception>
    public static NftRule Of(NftChain chain, NftRuleContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (content.HasMore)
            throw new ArgumentException($"a rule of chain {chain} cannot be composed: part of its content is not known", nameof(content));
        var rule = new NftRule(chain);
        if (content.ToThisHost)
            rule = rule.MatchLocalDestination();
        if (content.DestinationRewritten)
            rule = rule.MatchRewrittenDestination();
        if (content.Source is { } source)
            rule = rule.MatchSource(source);
        if (content.Destination is { } destination)
            rule = rule.MatchDestination(destination);
        if (content.Protocol != 0)
            rule = rule.MatchProtocol((ProtocolType)content.Protocol);
        if (content.DestinationPort is { } port)
            rule = rule.MatchDestinationPort((ProtocolType)content.Protocol, port);
        if (content.NewDestination is { } to)
            rule = rule.DestinationNat(to.Address, to.Port == 0 ? null : (ushort)to.Port);
        if (content.Masquerades)
            rule = rule.Masquerade();
        return content.Jump is { } jump ? rule.Jump(new NftChain(chain.Table, jump)) : rule;
    }
}
