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

    /// <summary>What live pods hold on a network, by its <c>namespace/name</c>: who uses it. Also of pods that hold no address.</summary>
    IEnumerable<HeldAttachment> AttachmentsOf(string network);

    /// <summary>Who holds an address on a network: an IP address, or a MAC address in lower case with colons.</summary>
    IEnumerable<HeldAttachment> HoldersOf(string network, string address)
    {
        foreach (var held in AttachmentsOf(network))
        {
            if (held.Mac == address || held.Ips.Contains(address))
                yield return held;
        }
    }

    /// <summary>Which workloads name a network in their templates; null where nobody wants to know.</summary>
    /// <param name="network">The definition's <c>namespace/name</c>.</param>
    TemplateUse? TemplatesNaming(string network) => null;

    /// <summary>Is a definition, which is there, being deleted?</summary>
    bool IsBeingDeleted(string @namespace, string name) => false;

    /// <summary>Are the namespaces known?</summary>
    bool KnowsNamespaces => false;

    /// <summary>A namespace, or null.</summary>
    NamespaceFacts? FindNamespace(string name) => null;

    /// <summary>Are the nodes and their devices known?</summary>
    bool KnowsNodes => false;

    /// <summary>Does a node offer a resource, such as <c>intel.com/sriov</c>?</summary>
    bool IsOffered(string resource) => true;
}
