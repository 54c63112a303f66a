using MultiNet.Networks;

namespace MultiNet.Meta.Sources;

/// <summary>
/// Where pods and attachment definitions come from: a folder of manifests, the node daemon, the API server. What was read is
/// read once; a source lives as long as one call.
/// </summary>
public interface IPodNetworkSource
{
    /// <summary>What it is, for messages: <c>manifests in /etc/multinet</c>.</summary>
    string Description { get; }

    /// <summary>The pod, or null where there is none of that name.</summary>
    /// <param name="pod">The pod as the runtime names it. A source may know an older pod of this name than the UID tells; whoever asks compares.</param>
    /// <exception cref="Cni.CniException">The source cannot be read.</exception>
    Pod? FindPod(PodReference pod);

    /// <summary>
    /// Says which definitions will be asked for, so that a source far away can get them side by side. One that does not exist is no error
    /// here.
    /// </summary>
    /// <exception cref="Cni.CniException">The source cannot be read.</exception>
    void Prefetch(IReadOnlyCollection<DefinitionReference> definitions)
    {
        // Most have everything at hand.
    }

    /// <summary>The definition, or null where there is none of that name.</summary>
    /// <exception cref="Cni.CniException">The source cannot be read.</exception>
    NetworkAttachmentDefinition? FindDefinition(string @namespace, string name);

    /// <summary>All definitions, for GC.</summary>
    /// <exception cref="Cni.CniException">The source cannot be read.</exception>
    IReadOnlyList<NetworkAttachmentDefinition> Definitions();

    /// <summary>All pods, for <c>multinet run</c> and <c>multinet plan</c>.</summary>
    /// <exception cref="Cni.CniException">The source cannot be read.</exception>
    IReadOnlyList<Pod> Pods();
}
