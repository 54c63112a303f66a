using System.Text;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-FW: the firewall plugin (docs/plugins/firewall.md).</summary>
internal sealed class FirewallRules : PluginRules
{
    // The kernel's longest name of a chain.
    private const int LongestChain = 28;

    public override string Type => "firewall";

    public override PluginRole Role => PluginRole.Chained;

    public override IReadOnlyList<KeySpec> Keys { get; } =
        [new("backend", Shape.Text), new("iptablesAdminChainName", Shape.Text), new("firewalldZone", Shape.Text), new("ingressPolicy", Shape.Text)];

    protected override void Check(PluginSubject plugin, RuleFindings findings)
    {
        var value = plugin.Value;
        Choices.Check(value, "backend", "MN-FW-001", ["iptables", "firewalld"], findings);
        Choices.Check(value, "ingressPolicy", "MN-FW-001", ["open", "same-bridge", "isolated"], findings);
        if (value.TryFilled("iptablesAdminChainName", out var at, out string chain) && !CanBeChain(chain))
            findings.Error("MN-FW-002", at, $"{Quoted.Text(chain)} cannot be a chain of the administrator", $"at most {LongestChain} letters, digits and '-', and no name of iptables itself");
        if (value.TextOf("ingressPolicy") is "same-bridge" or "isolated" && plugin.Index > 0 && plugin.Definition.Plugins[0] is { Index: 0, Type: not ("bridge" or "") } main)
        {
            findings.Warning(
                "MN-FW-003", value.AnyCase("ingressPolicy")!, $"{Quoted.Text(value.TextOf("ingressPolicy"))} is about pods on bridges, but the first plugin is {Quoted.Text(main.Type)}");
        }
    }

    private static bool CanBeChain(string chain)
    {
        if (chain is "FORWARD" or "CNI-FORWARD" or "INPUT" or "OUTPUT" or "ACCEPT" or "DROP" or "RETURN" or "QUEUE" or "REJECT" || chain[0] is '-' or '!')
            return false;
        foreach (char c in chain)
        {
            if (char.IsControl(c) || char.IsWhiteSpace(c) || c is '"' or '\\')
                return false;
        }
        return Encoding.UTF8.GetByteCount(chain) <= LongestChain;
    }
}
