using MultiNet.Cni;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>
/// The rules for MultiNetworkPolicies. MultiNet itself does not read them; what they name are its definitions, and the API server, which
/// judges a NetworkPolicy, takes anything here: a policy that does not hold is found by whoever attacks.
/// </summary>
/// <param name="options">What an operator says of the cluster, and wants.</param>
public sealed class MultiNetworkPolicyValidator(ValidationOptions options)
{
    /// <summary>Judges a policy. Never throws for what it holds.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="cluster">What is known of the cluster; null for nothing.</param>
    public ValidationReport Validate(MultiNetworkPolicy policy, IClusterKnowledge? cluster = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var findings = new FindingList(options.Policy);
        CheckNetworks(policy, cluster, findings);
        foreach (var block in policy.Blocks)
            CheckBlock(block, findings);
        foreach (var port in policy.Ports)
            CheckPort(port, findings);
        for (int i = 0; i < policy.Types.Count; i++)
        {
            string type = policy.Types[i];
            if (!type.Equals("Ingress", StringComparison.OrdinalIgnoreCase) && !type.Equals("Egress", StringComparison.OrdinalIgnoreCase))
                findings.Add(Warn("MN-MNP-004", "spec.policyTypes", $"[{i}]", $"{Quoted.Text(type)} is no type of policy and does nothing", "allowed are \"Ingress\" and \"Egress\""));
        }
        return findings.ToReport();
    }

    /// <summary>Judges a change: what the old policy had already is a warning.</summary>
    public ValidationReport Validate(MultiNetworkPolicy old, MultiNetworkPolicy policy, IClusterKnowledge? cluster = null) =>
        Ratchet.Apply(Validate(policy, cluster), Validate(old, cluster));

    private static void CheckNetworks(MultiNetworkPolicy policy, IClusterKnowledge? cluster, FindingList findings)
    {
        const string Field = MultiNetworkPolicy.PolicyForField;
        if (string.IsNullOrWhiteSpace(policy.Networks))
        {
            findings.Add(Warn("MN-MNP-001", Field, "", "the policy is for no network, and holds nowhere", "name the definitions: \"net1, other/net2\""));
            return;
        }
        bool known = cluster is { KnowsDefinitions: true };
        if (!known)
            findings.Skip("rules that compare with definitions: definitions are not known");
        int index = 0;
        foreach (string item in policy.Items)
        {
            string path = $"item {++index}";
            if (!policy.TryRead(item, out string ns, out string name))
                findings.Add(Warn("MN-MNP-001", Field, path, $"{Quoted.Text(item)} is no definition's name", "expected [namespace/]name, with commas between them"));
            else if (known && cluster!.FindDefinition(ns, name) is null)
                findings.Add(Warn("MN-MNP-001", Field, path, cluster.KnowsAllDefinitions ? $"there is no definition {ns}/{name}: for it the policy does nothing" : $"the definition {ns}/{name} is not among those given", ""));
        }
    }

    private static void CheckBlock(PolicyAddressBlock block, FindingList findings)
    {
        var outer = Network(block, ".cidr", block.Cidr, findings);
        for (int i = 0; i < block.Except.Count; i++)
        {
            string path = $".except[{i}]";
            if (Network(block, path, block.Except[i], findings) is { } inner && outer is { } whole && !(whole.Contains(inner.Address) && inner.Length > whole.Length))
                findings.Add(Warn("MN-MNP-002", block.Field, block.Path + path, $"{inner.Network} is no part of {whole.Network} that could be left out", ""));
        }
    }

    // Implementations mask the bits of hosts, and some take a plain address: what none can read is an error.
    private static IPPrefix? Network(PolicyAddressBlock block, string path, string text, FindingList findings)
    {
        if (IPPrefix.TryParse(text, out var network))
            return network;
        if (IPText.TryParse(text, out var address))
        {
            findings.Add(Warn("MN-MNP-002", block.Field, block.Path + path, $"{Quoted.Text(text)} has no prefix length", $"write {IPPrefix.Host(address)}"));
            return IPPrefix.Host(address);
        }
        findings.Add(new Finding
        {
            Rule = "MN-MNP-002", Severity = ProblemSeverity.Error, Field = block.Field, Path = block.Path + path,
            Message = $"{Quoted.Text(text)} is no network", Suggestion = "expected an address and a prefix length, such as 10.1.0.0/16 or fd00::/64",
        });
        return null;
    }

    private static void CheckPort(PolicyPort port, FindingList findings)
    {
        if (port.Number is { } number && number is < 1 or > 65535)
            findings.Add(Refuse(port, ".port", $"{number} is no port; allowed are 1 to 65535"));
        else if (port.End is { } end && (end > 65535 || end < port.Number))
            findings.Add(Refuse(port, ".endPort", $"{end} does not end a range; allowed are {Math.Max(port.Number ?? 1, 1)} to 65535"));
        if (port.Protocol.Length > 0 && port.Protocol is not ("TCP" or "UDP" or "SCTP"))
            findings.Add(Warn("MN-MNP-003", port.Field, port.Path + ".protocol", $"{Quoted.Text(port.Protocol)} is no protocol with ports", "allowed are \"TCP\", \"UDP\" and \"SCTP\""));
    }

    private static Finding Refuse(PolicyPort port, string path, string message) =>
        new() { Rule = "MN-MNP-003", Severity = ProblemSeverity.Error, Field = port.Field, Path = port.Path + path, Message = message };

    private static Finding Warn(string rule, string field, string path, string message, string suggestion) =>
        new() { Rule = rule, Severity = ProblemSeverity.Warning, Field = field, Path = path, Message = message, Suggestion = suggestion };
}
