using MultiNet.Networks;

namespace MultiNet.Validation.Tests.Golden;

/// <summary>A definition of a golden case: its configuration, and what else matters.</summary>
internal sealed record DefinitionInput(string? Config)
{
    public string Name { get; init; } = "net";

    public Dictionary<string, string> Annotations { get; init; } = [];

    public ValidationOptions Options { get; init; } = ValidationOptions.Default;

    public IClusterKnowledge? Cluster { get; init; }

    public NetworkAttachmentDefinition Definition => new() { Namespace = "default", Name = Name, Annotations = Annotations, Config = Config };

    public ValidationReport Validate() => new DefinitionValidator(Options).Validate(Definition, Cluster);

    public static implicit operator DefinitionInput(string config) => new(config);
}
