using System.Text;
using System.Text.Json;

namespace MultiNet.Networks;

/// <summary>All rules for a definition by itself. A new rule is a class in Rules/ and a line here.</summary>
internal static class DefinitionRules
{
    // etcd refuses objects of 1.5 MiB; no configuration comes near this.
    private const int MaxConfigBytes = 256 * 1024;

    private static readonly IDefinitionRule[] Rules =
    [
        new DuplicateKeysRule(),
        new PluginListRule(),
        new PluginTypeRule(),
        new VersionRule(),
        new FlagsRule(),
        new NetworkNameRule(),
        new CapabilitiesRule(),
        new PluginObjectsRule(),
    ];

    public static IReadOnlyList<Problem> Check(NetworkAttachmentDefinition definition)
    {
        var found = new List<Problem>();
        var metadata = new ProblemList();
        CheckMetadata(definition, metadata);
        found.AddRange(metadata.ToList());

        byte[] utf8 = Encoding.UTF8.GetBytes(definition.Config ?? "");
        var problems = new ProblemList(utf8, "spec.config");
        CheckConfig(definition, utf8, problems);
        found.AddRange(problems.ToList());
        return found;
    }

    private static void CheckMetadata(NetworkAttachmentDefinition definition, ProblemList problems)
    {
        if (!KubernetesName.IsLabel(definition.Name))
        {
            problems.Warning(
                "NAD-001", new Place("metadata.name", -1),
                $"{Quoted.Text(definition.Name)} cannot be written in the comma form of the annotation, only in JSON; "
                + $"the standard asks for {KubernetesName.LabelRule}");
        }
        if (definition.ResourceName.Length > 0 && (!definition.ResourceName.Contains('/') || !KubernetesName.IsQualified(definition.ResourceName)))
        {
            problems.Error(
                "NAD-032", new Place($"metadata.annotations[{AnnotationKeys.ResourceName}]", -1),
                $"{Quoted.Text(definition.ResourceName)} is no resource's name; write domain/name, such as \"intel.com/sriov\"");
        }
    }

    private static void CheckConfig(NetworkAttachmentDefinition definition, byte[] utf8, ProblemList problems)
    {
        if (!definition.HasConfig)
        {
            problems.Warning(
                "NAD-003", Place.Whole,
                $"there is none: on each node, the configuration named {Quoted.Text(definition.Name)} is looked for on disk");
            return;
        }
        if (utf8.Length > MaxConfigBytes)
        {
            problems.Error("NAD-002", Place.Whole, $"the text is {utf8.Length} bytes long; at most {MaxConfigBytes} are allowed");
            return;
        }
        if (LocatedValue.Parse(utf8, problems, "NAD-004") is not { } root)
            return;
        if (root.Kind != JsonValueKind.Object)
        {
            problems.Error("NAD-005", root, $"expected an object, found {root.Found}");
            return;
        }
        var config = new DefinitionConfig(definition, root);
        foreach (var rule in Rules)
            rule.Check(config, problems);
    }
}
