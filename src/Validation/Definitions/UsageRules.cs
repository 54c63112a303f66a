using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-ST-003: what pods that use a definition say about it. Needs to know the pods.</summary>
internal sealed class UsageRules : RuleSet<DefinitionSubject>
{
    protected override void Check(DefinitionSubject subject, RuleFindings findings)
    {
        foreach (var plugin in subject.Plugins)
        {
            if (plugin.IpamType != "static" || plugin.Declares(Capability.Ips) || plugin.Ipam!.ItemsOf("addresses").Count == 0)
                continue;
            var pods = new HashSet<string>(StringComparer.Ordinal);
            foreach (var held in subject.Cluster!.AttachmentsOf(subject.Definition.QualifiedName))
                pods.Add($"{held.Namespace}/{held.Pod}");
            if (pods.Count > 1)
                findings.Warning("MN-ST-003", plugin.Ipam!.AnyCase("addresses")!, $"{pods.Count} pods use the network, and all get the same address", "let pods ask for theirs: \"capabilities\": {\"ips\": true}");
        }
    }
}
