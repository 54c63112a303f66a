namespace MultiNet.Bench.Daemon;

/// <summary>ADD and DEL of the pod of <see cref="PodNetworks"/> with the node daemon, and by the API server alone; and with manifests, which ask nobody.</summary>
internal static class DaemonAdd
{
    /// <summary>Measures the ways in turns.</summary>
    public static async Task<IReadOnlyList<Way>> RunAsync(string program, int rounds)
    {
        await using var daemon = await DaemonUnderLoad.StartAsync();
        PodNetworks.Write();
        foreach (var (name, config) in PodNetworks.Definitions)
        {
            daemon.Cluster.AddDefinition(name, config);
        }

        daemon.Cluster.AddPod("pod1", "5d9f0b7e-7f44-4a53-9c3f-0f6f4f6b2f01", "default", ("k8s.v1.cni.cncf.io/networks", "one,two,three"));
        await daemon.StartDaemonAsync(program, "/var/lib/cni/multinet");
        string cluster = $$""", "manifestDir": "", "kubeconfig": "{{daemon.Kubeconfig}}" """;
        IReadOnlyList<Way> ways =
        [
            new("with the node daemon", "pod-a", $$"""{{cluster}}, "daemonSocket": "{{daemon.SocketPath}}" """, "/opt/cni/bin"),
            new("by the API server", "pod-b", $$"""{{cluster}}, "daemonSocket": "off" """, "/opt/cni/bin"),
            new("by manifests", "pod-c", "", "/opt/cni/bin"),
        ];
        await Task.Run(() => Benchmarks.Attach(ways, rounds));
        return ways;
    }
}
