using MultiNet.Cni;

namespace MultiNet.Validation;

/// <summary>What an operator says of the cluster and wants of the rules. Plain data; without it nothing is assumed.</summary>
public sealed record ValidationOptions
{
    /// <summary>The defaults.</summary>
    public static ValidationOptions Default { get; } = new();

    /// <summary>Which rules count, and how.</summary>
    public ValidationPolicy Policy { get; init; } = ValidationPolicy.Standard;

    /// <summary>Types of plugins that are installed though no rule knows them: MN-NAD-011 is silent about them.</summary>
    public IReadOnlyList<string> KnownPlugins { get; init; } = [];

    /// <summary>The only types that definitions may use (MN-NAD-012); empty for any.</summary>
    public IReadOnlyList<string> AllowedPlugins { get; init; } = [];

    /// <summary>Types that definitions must not use (MN-NAD-012).</summary>
    public IReadOnlyList<string> DeniedPlugins { get; init; } = [];

    /// <summary>Interfaces of the nodes that no pod should get (MN-HD-004): a name, or its beginning and <c>*</c>.</summary>
    public IReadOnlyList<string> ProtectedInterfaces { get; init; } = [];

    /// <summary>Kernel parameters that the nodes' allow-lists hold (MN-TU-002): a key, or its beginning and <c>*</c>; empty for any.</summary>
    public IReadOnlyList<string> AllowedSysctls { get; init; } = [];

    /// <summary>The cluster's own networks, of pods, services and nodes (MN-NAD-037).</summary>
    public IReadOnlyList<IPPrefix> ClusterNetworks { get; init; } = [];

    /// <summary>The interface of the cluster's default network in a pod.</summary>
    public string PodInterface { get; init; } = "eth0";

    /// <summary>The configuration's <c>namespaceIsolation</c>: pods may use their own namespace's definitions only (MN-POD-024).</summary>
    public bool NamespaceIsolation { get; init; }

    /// <summary>The configuration's <c>globalNamespaces</c>: whose definitions all pods may use.</summary>
    public IReadOnlyList<string> GlobalNamespaces { get; init; } = ["default"];

    /// <summary>The configuration's <c>multusNamespace</c>: where the default-network annotation looks.</summary>
    public string MultusNamespace { get; init; } = "kube-system";

    /// <summary>
    /// Definitions that every pod gets, as <c>namespace/name</c>: the configuration's <c>clusterNetwork</c> and <c>defaultNetworks</c> (MN-DEL-003).
    /// </summary>
    public IReadOnlyList<string> DefaultNetworks { get; init; } = [];

    /// <summary>Are device requests added to pods by a mutating webhook? Then MN-POD-031 is silent.</summary>
    public bool InjectsResources { get; init; }

    /// <summary>Does a pattern match: the whole name, or its beginning before <c>*</c>?</summary>
    internal static bool Matches(IReadOnlyList<string> patterns, string name)
    {
        foreach (string pattern in patterns)
        {
            if (pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern)
                return true;
        }
        return false;
    }
}
