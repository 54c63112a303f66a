namespace MultiNet.Meta.Installing;

/// <summary>The folders of a distribution of Kubernetes, as on the node.</summary>
/// <param name="Name">The distribution.</param>
/// <param name="BinDir">The runtime's folder of CNI plugins.</param>
/// <param name="ConfDir">The runtime's folder of network configurations.</param>
/// <param name="KubeletDir">The kubelet's folder, where it is not <c>/var/lib/kubelet</c>; else null.</param>
internal sealed record HostProfile(string Name, string BinDir, string ConfDir, string? KubeletDir = null)
{
    /// <summary>Those that are known. RKE2, k0s (but for the kubelet's folder), Talos and kubeadm have the usual folders.</summary>
    public static IReadOnlyList<HostProfile> All { get; } =
    [
        new("kubernetes", "/opt/cni/bin", "/etc/cni/net.d"),
        // Since v1.28.15, v1.29.10, v1.30.6 and v1.31.2; before, plugins were in a folder that every upgrade replaced.
        new("k3s", "/var/lib/rancher/k3s/data/cni", "/var/lib/rancher/k3s/agent/etc/cni/net.d"),
        new("rke2", "/opt/cni/bin", "/etc/cni/net.d"),
        new("k0s", "/opt/cni/bin", "/etc/cni/net.d", "/var/lib/k0s/kubelet"),
        new("microk8s", "/var/snap/microk8s/current/opt/cni/bin", "/var/snap/microk8s/current/args/cni-network", "/var/snap/microk8s/common/var/lib/kubelet"),
        new("openshift", "/var/lib/cni/bin", "/etc/kubernetes/cni/net.d"),
    ];

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. from profile in All select profile.Name];

    /// <summary>The environment variable that names one where nothing else does: in a container, for every program in it.</summary>
    public const string Variable = "MULTINET_PROFILE";

    /// <summary>The profile of a name that is known.</summary>
    public static HostProfile Of(string name)
    {
        foreach (var profile in All)
        {
            if (profile.Name == name)
                return profile;
        }
        throw new ArgumentOutOfRangeException(nameof(name), name, "not one of " + string.Join(", ", Names));
    }
}
