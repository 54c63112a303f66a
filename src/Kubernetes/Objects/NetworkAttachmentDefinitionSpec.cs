namespace MultiNet.Kubernetes;

/// <summary>The spec of a NetworkAttachmentDefinition.</summary>
public sealed record NetworkAttachmentDefinitionSpec
{
    /// <summary>A CNI configuration as JSON text; empty where the node has it in a file.</summary>
    public string Config { get => field ?? ""; init; }
}
