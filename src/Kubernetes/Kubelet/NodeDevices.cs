namespace MultiNet.Kubernetes.Kubelet;

/// <summary>
/// What the kubelet of this node has allocated: asked by the pod-resources API, and read from its checkpoint where the API does not answer,
/// or cannot tell two pods of one name apart.
/// </summary>
public sealed class NodeDevices
{
    private readonly RetryPolicy? _retry;

    /// <summary>Nothing is opened yet.</summary>
    /// <param name="kubeletDir">The kubelet's folder, <c>/var/lib/kubelet</c>.</param>
    /// <param name="retry">How failures that pass are dealt with; null for the default of <see cref="PodResourcesClient"/>.</param>
    public NodeDevices(string kubeletDir, RetryPolicy? retry = null)
    {
        SocketPath = Path.Combine(kubeletDir, "pod-resources", "kubelet.sock");
        CheckpointPath = Path.Combine(kubeletDir, "device-plugins", "kubelet_internal_checkpoint");
        _retry = retry;
    }

    /// <summary>The socket of the pod-resources API.</summary>
    public string SocketPath { get; }

    /// <summary>The checkpoint.</summary>
    public string CheckpointPath { get; }

    /// <summary>The devices of a pod's containers.</summary>
    /// <param name="space">The pod's namespace.</param>
    /// <param name="name">The pod's name.</param>
    /// <param name="uid">The pod's UID as the kubelet knows it; empty where it is not known: then there is no checkpoint.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The devices, and whether the containers stand in the order of the pod.</returns>
    /// <exception cref="KubeletException">Neither the API nor the checkpoint could tell.</exception>
    public async Task<(IReadOnlyList<ContainerDevices> Devices, bool InPodOrder)> OfPodAsync(
        string space, string name, string uid, CancellationToken cancellationToken)
    {
        try
        {
            // Without a socket there is nobody to wait for.
            if (!File.Exists(SocketPath))
                throw new KubeletException(GrpcStatusCode.Unavailable, $"there is no socket {SocketPath}");
            using var client = new PodResourcesClient(SocketPath, _retry);
            return (await client.DevicesOfAsync(space, name, cancellationToken).ConfigureAwait(false), true);
        }
        catch (KubeletException e) when (e.Code != GrpcStatusCode.NotFound)
        {
            if (uid.Length == 0)
                throw new KubeletException(e.Code, $"{e.Message}; the checkpoint {CheckpointPath} goes by the pod's UID, which is not known", e);
            try
            {
                return (DeviceCheckpoint.Read(CheckpointPath, uid), false);
            }
            catch (KubeletException inner)
            {
                throw new KubeletException(e.Code, $"{e.Message}; {inner.Message}", e);
            }
        }
    }
}
