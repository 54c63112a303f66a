using System.Text;
using System.Text.Json;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>All rules for attachment definitions.</summary>
/// <param name="options">What an operator says of the cluster, and wants.</param>
public sealed class DefinitionValidator(ValidationOptions options)
{
    private static readonly MetadataRules s_metadata = new();
    private static readonly ChainRules s_chain = new();
    private static readonly PluginValueRules s_values = new();
    private static readonly OtherDefinitionRules s_others = new();
    private static readonly UsageRules s_usage = new();
    private static readonly NodeOfferRules s_offers = new();

    /// <summary>Judges a definition. Never throws for what it holds.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="cluster">What is known of the cluster; null for nothing: then those rules are skipped, and the report says so.</param>
    public ValidationReport Validate(NetworkAttachmentDefinition definition, IClusterKnowledge? cluster = null)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var findings = new FindingList(options.Policy);
        findings.Add(definition.FindProblems(), field: null);
        findings.Add(s_metadata.Validate(definition), "metadata", default);
        byte[] utf8 = Encoding.UTF8.GetBytes(definition.Config ?? "");
        // What is too long, or no object of JSON, has been told.
        if (utf8.Length <= LargestConfig && definition.HasConfig && LocatedValue.Parse(utf8, new ProblemList(), "") is { Kind: JsonValueKind.Object } root)
            Validate(new DefinitionSubject(definition, root, options, cluster), utf8, findings);
        return findings.ToReport();
    }

    // Networks refuses more (NAD-002).
    private const int LargestConfig = 256 * 1024;

    private static void Validate(DefinitionSubject subject, byte[] utf8, FindingList findings)
    {
        findings.Add(s_chain.Validate(subject), DefinitionSubject.ConfigField, utf8);
        foreach (var plugin in subject.Plugins)
        {
            if (findings.IsFull)
                break;
            findings.Add(s_values.Validate(plugin), DefinitionSubject.ConfigField, utf8);
            if (KnownPlugins.TryGet(plugin.Type, out var rules))
                findings.Add(rules.Validate(plugin), DefinitionSubject.ConfigField, utf8);
            if (KnownPlugins.TryGetIpam(plugin.IpamType, out var ipam))
                findings.Add(ipam.Validate(plugin), DefinitionSubject.ConfigField, utf8);
        }
        if (subject.Cluster is { KnowsDefinitions: true })
            findings.Add(s_others.Validate(subject), DefinitionSubject.ConfigField, utf8);
        else
            findings.Skip("rules that compare with other definitions: definitions are not known");
        if (subject.Cluster is { KnowsPods: true })
            findings.Add(s_usage.Validate(subject), DefinitionSubject.ConfigField, utf8);
        else
            findings.Skip("rules that ask who uses a definition: pods are not known");
        if (subject.Cluster is { KnowsNodes: true })
            findings.Add(s_offers.Validate(subject), DefinitionSubject.ConfigField, utf8);
        else if (subject.Definition.ResourceName.Length > 0)
            findings.Skip("rules that ask what nodes offer: nodes are not known");
    }
}
