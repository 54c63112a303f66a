using System.Net.Sockets;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <content>Routing policy rules.</content>
public sealed partial class RouteSocket
{
    /// <summary>Adds a rule.</summary>
    /// <exception cref="NetlinkException">EEXIST: there is the very same.</exception>
    public void RuleAdd(Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var flags = MessageFlags.Create | MessageFlags.Exclusive | MessageFlags.Ack;
        RuleMessages.Write(_channel.Begin(MessageType.NewRule, flags), rule, deleting: false);
        _channel.Execute($"add rule {rule}");
    }

    /// <summary>Deletes the first rule that matches.</summary>
    /// <exception cref="NetlinkException">ENOENT: none does.</exception>
    public void RuleDelete(Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        RuleMessages.Write(_channel.Begin(MessageType.DelRule, MessageFlags.Ack), rule, deleting: true);
        _channel.Execute($"delete rule {rule}");
    }

    /// <summary>Lists rules in their order.</summary>
    /// <param name="family">InterNetwork, InterNetworkV6, or Unspecified for both, IPv4 first.</param>
    public IReadOnlyList<Rule> RuleList(AddressFamily family = AddressFamily.Unspecified)
    {
        if (family == AddressFamily.Unspecified)
            return [.. RuleList(AddressFamily.InterNetwork), .. RuleList(AddressFamily.InterNetworkV6)];
        _channel.Begin(MessageType.GetRule, MessageFlags.Dump).RouteHeader(KernelFamily.Of(family));
        return _channel.Dump<Rule>("list rules", RuleMessages.Parse);
    }
}
