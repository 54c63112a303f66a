using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>
/// What is known of the cluster: watch caches in the webhook, the files given to <c>multinet lint</c>. Rules that need what is not known are
/// skipped, and the report says so.
/// </summary>
public interface IClusterKnowledge
{
    /// <summary>Are definitions known at all? False while a cache is not synced.</summary>
    bool KnowsDefinitions { get; }

    /// <summary>Are these all definitions there are? False for files: what is not among them may be in the cluster.</summary>
    bool KnowsAllDefinitions { get; }

    /// <summary>A definition, or null.</summary>
    NetworkAttachmentDefinition? FindDefinition(string @namespace, string name);

    /// <summary>All known definitions.</summary>
    IEnumerable<NetworkAttachmentDefinition> Definitions { get; }

    /// <summary>Are the pods and what they hold known?</summary>
    bool KnowsPods { get; }

    /// <summary>What live pods hold on a network, by its <c>namespace/name</c>.</summary>
    IEnumerable<HeldAttachment> AttachmentsOf(string network);
}
