namespace MultiNet.Meta.Sources.Manifests;

/// <summary>A pod or an attachment definition as a file has it, not yet read further than to its name.</summary>
/// <param name="Kind"><c>Pod</c> or <c>NetworkAttachmentDefinition</c>.</param>
/// <param name="Namespace"><c>metadata.namespace</c>, or <c>default</c>.</param>
/// <param name="Name"><c>metadata.name</c>.</param>
/// <param name="Root">The object.</param>
internal sealed record ManifestObject(string Kind, string Namespace, string Name, ManifestNode Root)
{
    /// <summary>The kind of a pod.</summary>
    public const string PodKind = "Pod";

    /// <summary>The kind of an attachment definition.</summary>
    public const string DefinitionKind = "NetworkAttachmentDefinition";

    /// <summary>Where it stands: <c>file:line</c>.</summary>
    public string Origin => $"{Root.Position.File}:{Root.Position.Line}";

    /// <summary>The object for messages.</summary>
    public override string ToString() => $"{Kind} {Namespace}/{Name}";
}
