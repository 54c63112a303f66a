using MultiNet.Meta.Sources;

namespace MultiNet.Meta.Devices;

/// <summary>
/// Somebody who knows which devices were allocated to a pod: the kubelet, and the API server where the pod has claims. Asked only for a pod
/// whose networks name a resource, and once.
/// </summary>
public interface IDeviceSource
{
    /// <summary>Who is asked, for messages.</summary>
    string Description { get; }

    /// <summary>The pod's devices of all resources, in the order in which networks get them.</summary>
    /// <param name="reference">The pod as the runtime names it.</param>
    /// <param name="pod">The pod, or null where no source of pods is configured.</param>
    /// <exception cref="Cni.CniException">Code 11: nobody could tell.</exception>
    IReadOnlyList<AllocatedDevice> AllocatedTo(PodReference reference, Pod? pod);
}
