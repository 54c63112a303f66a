using MultiNet.Cni;
using MultiNet.Kubernetes;
using MultiNet.Kubernetes.Kubelet;
using MultiNet.Meta.Sources;
using Pod = MultiNet.Meta.Sources.Pod;

namespace MultiNet.Meta.Devices;

/// <summary>
/// Devices that the kubelet got from device plugins for the pod's containers: containers in the order of the pod (init containers that run
/// beside the others first), the devices of a container by their ids. The kubelet's own order within a container is that of a Go map, another
/// one each time.
/// </summary>
public sealed class KubeletDeviceSource : IDeviceSource
{
    // As long as the reference waits.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly NodeDevices _devices;

    /// <summary>Nothing is opened yet.</summary>
    /// <param name="kubeletDir">The kubelet's folder.</param>
    /// <param name="retry">How failures that pass are dealt with; null for the default.</param>
    public KubeletDeviceSource(string kubeletDir, RetryPolicy? retry = null) => _devices = new NodeDevices(kubeletDir, retry);

    /// <summary>Has a kubelet left a trace on this node?</summary>
    public bool IsThere => File.Exists(_devices.SocketPath) || File.Exists(_devices.CheckpointPath);

    /// <inheritdoc/>
    public string Description => $"kubelet at {_devices.SocketPath}";

    /// <inheritdoc/>
    public IReadOnlyList<AllocatedDevice> AllocatedTo(PodReference reference, Pod? pod)
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            string uid = reference.Uid.Length > 0 ? reference.Uid : pod?.Uid ?? "";
            var (devices, inPodOrder) = _devices.OfPodAsync(reference.Namespace, reference.Name, uid, deadline.Token).GetAwaiter().GetResult();
            return InOrder(devices, inPodOrder ? null : ContainersOf(pod?.Object));
        }
        catch (KubeletException e)
        {
            throw new CniException(CniErrorCode.TryAgainLater, $"the devices of the pod are not known: {e.Message}", "\"kubeletDir\" names the kubelet's folder", e);
        }
    }

    private static List<AllocatedDevice> InOrder(IReadOnlyList<ContainerDevices> devices, List<string>? order)
    {
        // Several entries of a container and a resource are one list: newer kubelets write one for each device.
        var containers = new List<(string Name, List<AllocatedDevice> Devices)>();
        foreach (var entry in devices)
        {
            int at = containers.FindIndex(container => container.Name == entry.Container);
            if (at < 0)
            {
                at = containers.Count;
                containers.Add((entry.Container, []));
            }
            foreach (string id in entry.DeviceIds)
                containers[at].Devices.Add(new AllocatedDevice(entry.Resource, id, $"container {entry.Container}"));
        }
        if (order is not null)
            containers.Sort((a, b) => Rank(order, a.Name).CompareTo(Rank(order, b.Name)) is var rank and not 0 ? rank : string.CompareOrdinal(a.Name, b.Name));
        var ordered = new List<AllocatedDevice>();
        foreach (var (_, held) in containers)
        {
            held.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
            ordered.AddRange(held);
        }
        return ordered;
    }

    // The containers that the kubelet's API lists, in its order.
    private static List<string> ContainersOf(Kubernetes.Pod? pod)
    {
        var names = new List<string>();
        foreach (var container in pod?.Spec.InitContainers ?? [])
        {
            if (container.RestartPolicy == "Always")
                names.Add(container.Name);
        }
        foreach (var container in pod?.Spec.Containers ?? [])
            names.Add(container.Name);
        return names;
    }

    // What is not in the list comes last: ordinary init containers, which hand their devices on to the others.
    private static int Rank(List<string> order, string container) => order.IndexOf(container) is var at and >= 0 ? at : order.Count;
}
