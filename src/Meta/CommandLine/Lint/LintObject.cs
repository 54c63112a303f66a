using MultiNet.Meta.Sources.Manifests;
using MultiNet.Networks;
using MultiNet.Validation;

namespace MultiNet.Meta.CommandLine.Lint;

/// <summary>An object of a file that the rules know: a definition, a pod, a workload with a template of pods, a policy for networks, a namespace.</summary>
/// <param name="Source">The file.</param>
/// <param name="Root">The object.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its namespace and name.</param>
internal sealed record LintObject(LintSource Source, ManifestNode Root, string Kind, string Name)
{
    /// <summary>The definition where it is one.</summary>
    public NetworkAttachmentDefinition? Definition { get; init; }

    /// <summary>What it says of pods where it does.</summary>
    public PodUnderReview? Pod { get; init; }

    /// <summary>The policy where it is one.</summary>
    public MultiNetworkPolicy? Policy { get; init; }

    /// <summary>The annotations of a namespace where it is one.</summary>
    public IReadOnlyDictionary<string, string>? NamespaceAnnotations { get; init; }

    /// <summary>What is wrong with the object itself, before any rule: annotations that are no strings.</summary>
    public IReadOnlyList<Finding> Problems { get; init; } = [];
}
