namespace MultiNet.Bench;

/// <summary>The pod that is attached: the default network and three more, each a bridge with host-local, one of them tuned.</summary>
internal static class PodNetworks
{
    private const string Folder = "/etc/multinet/manifests";
    private const string ClusterNetwork = "/etc/cni/multus/net.d/cluster-network.conflist";

    /// <summary>Name and configuration of the definitions.</summary>
    public static IReadOnlyList<(string Name, string Config)> Definitions { get; } =
    [
        ("one", """{"cniVersion": "1.0.0", "name": "one", "type": "bridge", "bridge": "br-one", "ipam": {"type": "host-local", "subnet": "10.81.0.0/16"}}"""),
        ("two", """
            {"cniVersion": "1.0.0", "name": "two", "plugins": [
              {"type": "bridge", "bridge": "br-two", "ipam": {"type": "host-local", "subnet": "10.82.0.0/16"}},
              {"type": "tuning", "mtu": 1400, "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1"}}]}
            """),
        ("three", """{"cniVersion": "1.0.0", "name": "three", "type": "bridge", "bridge": "br-three", "ipam": {"type": "host-local", "subnet": "10.83.0.0/16"}}"""),
    ];

    /// <summary>Writes the cluster network and the manifests.</summary>
    public static void Write()
    {
        Directory.CreateDirectory(Folder);
        Directory.CreateDirectory(Path.GetDirectoryName(ClusterNetwork)!);
        File.WriteAllText(ClusterNetwork, """
            {"cniVersion": "1.0.0", "name": "cluster-net", "plugins": [
              {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipam": {"type": "host-local", "subnet": "10.80.0.0/16", "routes": [{"dst": "0.0.0.0/0"}]}}]}
            """);
        foreach (var (name, config) in Definitions)
            Define(name, config);
        File.WriteAllText($"{Folder}/pod.yaml", """
            apiVersion: v1
            kind: Pod
            metadata:
              name: pod1
              namespace: default
              uid: 5d9f0b7e-7f44-4a53-9c3f-0f6f4f6b2f01
              annotations:
                k8s.v1.cni.cncf.io/networks: one,two,three
            """);
    }

    /// <summary>The standard input of MultiNet with some further keys.</summary>
    public static string Request(string keys) => $$"""
        {"cniVersion": "1.0.0", "name": "multinet", "type": "multinet", "manifestDir": "{{Folder}}", "clusterNetwork": "{{ClusterNetwork}}"{{keys}}}
        """;

    private static void Define(string name, string config) => File.WriteAllText($"{Folder}/{name}.yaml", $"""
        apiVersion: k8s.cni.cncf.io/v1
        kind: NetworkAttachmentDefinition
        metadata:
          name: {name}
          namespace: default
        spec:
          config: '{config.ReplaceLineEndings(" ")}'
        """);
}
