using System.Text;

namespace MultiNet.Kubernetes.Kubelet;

/// <summary>The kubelet's pod-resources API, version 1: which devices it has allocated to which container.</summary>
public sealed class PodResourcesClient : IDisposable
{
    private const string Get = "v1.PodResourcesLister/Get", List = "v1.PodResourcesLister/List";

    private readonly GrpcChannel _channel;

    /// <summary>Makes a client. Nothing is connected yet.</summary>
    /// <param name="socketPath">The socket, <c>/var/lib/kubelet/pod-resources/kubelet.sock</c>.</param>
    /// <param name="retry">How failures that pass are dealt with; null for eight attempts within some seconds.</param>
    /// <param name="time">The clock.</param>
    public PodResourcesClient(string socketPath, RetryPolicy? retry = null, TimeProvider? time = null)
    {
        SocketPath = socketPath;
        _channel = retry is null ? new GrpcChannel(socketPath, time) : new GrpcChannel(socketPath, time) { Retry = retry };
    }

    /// <summary>The socket.</summary>
    public string SocketPath { get; }

    /// <summary>
    /// The devices of a pod's containers, in the order of the containers in the pod. Asks for the pod alone where the kubelet can tell it
    /// (KubeletPodResourcesGet, on by default since Kubernetes 1.34), else for all pods of the node.
    /// </summary>
    /// <param name="space">The pod's namespace.</param>
    /// <param name="name">The pod's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KubeletException">
    /// There was no answer, or one that makes no sense. <see cref="GrpcStatusCode.NotFound"/>: the kubelet has no such pod.
    /// <see cref="GrpcStatusCode.FailedPrecondition"/>: it has several of that name, and the API does not tell them apart.
    /// </exception>
    public async Task<IReadOnlyList<ContainerDevices>> DevicesOfAsync(string space, string name, CancellationToken cancellationToken)
    {
        byte[] request = new ProtobufWriter().String(1, name).String(2, space).Written;
        string method = Get;
        byte[] answer;
        try
        {
            answer = await _channel.CallAsync(method, request, cancellationToken).ConfigureAwait(false);
        }
        catch (KubeletException e) when (!e.IsTransient && e.Code != GrpcStatusCode.DeadlineExceeded)
        {
            // Switched off, not there in this version, or no such pod: all of it comes as "unknown".
            method = List;
            answer = await _channel.CallAsync(method, [], cancellationToken).ConfigureAwait(false);
        }
        return Only(answer, method, space, name);
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private List<ContainerDevices> Only(byte[] answer, string method, string space, string name)
    {
        List<List<ContainerDevices>> found;
        try
        {
            found = PodResourcesReader.Find(answer, Encoding.UTF8.GetBytes(space), Encoding.UTF8.GetBytes(name));
        }
        catch (InvalidDataException e)
        {
            throw Failure(GrpcStatusCode.Internal, $"the answer cannot be read: {e.Message}", e);
        }
        return found.Count switch
        {
            1 => found[0],
            0 => throw Failure(GrpcStatusCode.NotFound, $"the kubelet has no pod {space}/{name}"),
            _ => throw Failure(GrpcStatusCode.FailedPrecondition, $"the kubelet has {found.Count} pods {space}/{name}"),
        };

        KubeletException Failure(GrpcStatusCode code, string cause, Exception? inner = null) => new(code, $"kubelet at {SocketPath}: {method}: {cause}", inner);
    }
}
