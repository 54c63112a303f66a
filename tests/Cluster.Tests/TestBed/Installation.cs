namespace MultiNet.Cluster.Tests.TestBed;

/// <summary>MultiNet on the node, as its command line installs it.</summary>
internal static class Installation
{
    /// <summary>Where MultiNet logs.</summary>
    public const string Log = "/run/multinet.log";

    /// <summary>The cluster's network before MultiNet comes: a bridge, and ports of the node.</summary>
    private const string ClusterNetwork = """
        {"cniVersion": "1.0.0", "name": "cluster-network", "plugins": [
          {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
           "ipam": {"type": "host-local", "subnet": "10.244.0.0/16", "routes": [{"dst": "0.0.0.0/0"}]}},
          {"type": "portmap", "capabilities": {"portMappings": true}}]}
        """;

    /// <summary>Installs MultiNet around the cluster's network.</summary>
    public static async Task InstallAsync(ClusterUnderTest cluster)
    {
        cluster.Node.Write("/etc/cni/net.d/10-cluster.conflist", ClusterNetwork);
        (await cluster.Node.RunAsync([Repository.MultiNet, "install", "--bin-dir", "/opt/cni/bin", "--conf-dir", "/etc/cni/net.d"])).MustSucceed("multinet install");
    }
}
