namespace MultiNet.Kubernetes;

/// <summary>What a node says of itself, as far as it is used here.</summary>
public sealed record NodeStatus
{
    /// <summary>What pods can have of it: quantities by resource.</summary>
    public IReadOnlyDictionary<string, string> Allocatable { get => field ?? new Dictionary<string, string>(); init; }
}
