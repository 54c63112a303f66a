using System.Text;
using MultiNet.Cni;

namespace MultiNet.Networks;

/// <summary>A NetworkAttachmentDefinition: a network that pods may ask for (NPWG v1.3, section 3).</summary>
public sealed record NetworkAttachmentDefinition
{
    /// <summary>The API's group and version.</summary>
    public const string ApiVersion = "k8s.cni.cncf.io/v1";

    /// <summary>The API's kind.</summary>
    public const string Kind = "NetworkAttachmentDefinition";

    /// <summary>The resource's name in API paths.</summary>
    public const string Plural = "network-attachment-definitions";

    /// <summary>The namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// <c>spec.config</c>: a CNI configuration as JSON text. Null or empty: the configuration of this name on the node's disk.
    /// </summary>
    public string? Config { get; init; }

    /// <summary>The device plugin's resource, from <see cref="AnnotationKeys.ResourceName"/>; empty where there is none.</summary>
    public string ResourceName => Annotations.TryGetValue(AnnotationKeys.ResourceName, out string? name) ? name : "";

    /// <summary><c>namespace/name</c>: the network's name in the status.</summary>
    public string QualifiedName => $"{Namespace}/{Name}";

    /// <summary>Is the configuration in the definition, not on the node's disk?</summary>
    public bool HasConfig => !string.IsNullOrWhiteSpace(Config);

    /// <summary>
    /// The configuration as the chain must get it: where it names no network, the definition's name is put in (NPWG v1.3, section 3.4);
    /// every other byte stays as it was written. No version is put in: a configuration without one is of version 0.1.0, as with Multus.
    /// </summary>
    /// <returns>The text, or null where <see cref="HasConfig"/> is false.</returns>
    /// <exception cref="CniException">Code 6: not JSON, or not an object.</exception>
    public ReadOnlyMemory<byte>? EffectiveConfig()
    {
        if (!HasConfig)
            return null;
        byte[] utf8 = Encoding.UTF8.GetBytes(Config!);
        var problems = new ProblemList(utf8, "spec.config");
        var root = LocatedValue.Parse(utf8, problems, "NAD-004");
        if (root is { Kind: not System.Text.Json.JsonValueKind.Object })
            problems.Error("NAD-005", root, $"expected an object, found {root.Found}");
        if (problems.HasErrors)
            throw problems.ToList().ToCniException($"network-attachment-definition {QualifiedName}", CniErrorCode.DecodingFailure);
        return NameInjection.Inject(utf8, root!, Name);
    }

    /// <summary>The configuration, read; null where <see cref="HasConfig"/> is false.</summary>
    /// <exception cref="CniException">Code 6 or 7: it is not JSON, or not a network's configuration.</exception>
    public NetworkConfigList? ReadConfig() =>
        EffectiveConfig() is { } config
            ? NetworkConfigList.Parse(config, $"network-attachment-definition {QualifiedName}: spec.config", Name)
            : null;

    /// <summary>
    /// Everything that is wrong or doubtful about the definition by itself, without looking at a node or at other objects.
    /// </summary>
    public IReadOnlyList<Problem> FindProblems() => DefinitionRules.Check(this);
}
