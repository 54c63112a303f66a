namespace MultiNet.Cluster.Tests.Admission.Modern;

/// <summary>The classes that ask an API server of a current Kubernetes; one after the other, each a server of its own.</summary>
[CollectionDefinition(Name)]
public sealed class ModernCollection
{
    /// <summary>The collection's name.</summary>
    public const string Name = "modern";
}
