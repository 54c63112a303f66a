namespace MultiNet.Cluster.Tests.TestBed;

/// <summary>Configurations of networks, each with addresses of its own.</summary>
internal static class Networks
{
    /// <summary>A bridge without a gateway.</summary>
    public static string Bridge(string name, string subnet) => $$"""
        {"cniVersion": "1.0.0", "name": "{{name}}", "type": "bridge", "bridge": "br-{{name}}", "ipam": {"type": "host-local", "subnet": "{{subnet}}"} }
        """;

    /// <summary>A pair of interfaces.</summary>
    public static string Ptp(string name, string subnet) => $$"""
        {"cniVersion": "1.0.0", "name": "{{name}}", "type": "ptp", "ipam": {"type": "host-local", "subnet": "{{subnet}}"} }
        """;

    /// <summary>A bridge whose addresses the pod's annotation names.</summary>
    public static string BridgeWithOwnAddresses(string name) => $$"""
        {"cniVersion": "1.0.0", "name": "{{name}}", "plugins": [
          {"type": "bridge", "bridge": "br-{{name}}", "capabilities": {"ips": true, "mac": true}, "ipam": {"type": "static"} }] }
        """;
}
