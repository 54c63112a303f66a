using MultiNet.Meta.Attaching;
using MultiNet.Meta.Sources;

namespace MultiNet.Meta.CommandLine.Run;

/// <summary>The sandbox that a trial makes for a pod, as a runtime would.</summary>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Name">The pod's name.</param>
/// <param name="ContainerId">The sandbox's id: always the same for a pod, so that it is found again.</param>
/// <param name="NetNs">Its network namespace.</param>
internal sealed record PodSandbox(string Namespace, string Name, string ContainerId, string NetNs)
{
    /// <summary>The sandbox of a pod.</summary>
    public static PodSandbox Of(Pod pod, TrialFolder folder) =>
        new(pod.Namespace, pod.Name, $"{pod.Name}.{pod.Namespace}", folder.PodNamespace(pod.Namespace, pod.Name));

    /// <summary>The request that a runtime would make for the pod.</summary>
    public static SandboxRequest Request(Pod pod, TrialFolder folder) => Of(pod, folder).Request(pod.Uid);

    /// <summary>The request that a runtime would make.</summary>
    public SandboxRequest Request(string uid = "")
    {
        var args = new List<KeyValuePair<string, string>>
        {
            new("IgnoreUnknown", "1"),
            new("K8S_POD_NAMESPACE", Namespace),
            new("K8S_POD_NAME", Name),
            new("K8S_POD_INFRA_CONTAINER_ID", ContainerId),
        };
        if (uid.Length > 0)
            args.Add(new("K8S_POD_UID", uid));
        string path = Environment.GetEnvironmentVariable("CNI_PATH") ?? "";
        return new SandboxRequest
        {
            ContainerId = ContainerId,
            NetNs = NetNs,
            IfName = "eth0",
            Args = args,
            Path = path.Split(':', StringSplitOptions.RemoveEmptyEntries),
            Pod = new PodReference(Namespace, Name, uid, ContainerId),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";
}
