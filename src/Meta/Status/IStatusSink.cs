using MultiNet.Meta.Sources;

namespace MultiNet.Meta.Status;

/// <summary>Where a pod's network-status is written: where the pod came from.</summary>
public interface IStatusSink
{
    /// <summary>Writes what the pod's attachments got.</summary>
    /// <exception cref="Cni.CniException">It cannot be written.</exception>
    void Write(StatusReport report);

    /// <summary>Does what is written stay when the pod goes? An annotation does not, and there is nothing to be cleared.</summary>
    bool OutlivesPod { get; }

    /// <summary>Removes what was written, once the pod is detached; fine where nothing was.</summary>
    void Clear(PodReference pod);
}
