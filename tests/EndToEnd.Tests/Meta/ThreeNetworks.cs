namespace MultiNet.EndToEnd.Tests.Meta;

/// <summary>A pod with the cluster's network and three more: two bridges, one of them tuned, and a point-to-point link.</summary>
internal static class ThreeNetworks
{
    /// <summary>The selection annotation.</summary>
    public const string Annotation = "storage,fast@fast0,uplink";

    /// <summary>Writes the definitions as manifests.</summary>
    public static void Define(MultiNetNode node) => Define(node.DefineNetwork);

    /// <summary>Hands name and configuration of each definition over.</summary>
    public static void Define(Action<string, string> define)
    {
        define("storage", """
            {"cniVersion": "1.0.0", "name": "storage", "type": "bridge", "bridge": "br-storage",
             "ipam": {"type": "host-local", "subnet": "10.71.0.0/16"}}
            """);
        define("fast", """
            {"cniVersion": "1.0.0", "name": "fast", "plugins": [
              {"type": "bridge", "bridge": "br-fast", "mtu": 1400,
               "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.72.0.0/16"}], [{"subnet": "fd00:72::/64"}]]}},
              {"type": "tuning", "mac": "02:00:00:00:72:01", "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1"}}]}
            """);
        define("uplink", """
            {"cniVersion": "1.0.0", "name": "uplink", "type": "ptp", "ipMasq": true, "ipMasqBackend": "iptables",
             "ipam": {"type": "host-local", "subnet": "10.73.0.0/16", "routes": [{"dst": "10.200.0.0/16"}]}}
            """);
    }
}
