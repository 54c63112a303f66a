namespace MultiNet.Networks;

/// <summary>
/// Keys of a selection element in the JSON form (NPWG v1.3, section 4.1.2.1; <c>deviceID</c> and <c>interfaceRequest</c>: Multus).
/// </summary>
internal static class SelectionKeys
{
    public const string Name = "name";
    public const string Namespace = "namespace";
    public const string Interface = "interface";
    public const string InterfaceRequest = "interfaceRequest";
    public const string Ips = "ips";
    public const string Mac = "mac";
    public const string InfinibandGuid = "infiniband-guid";
    public const string PortMappings = "portMappings";
    public const string Bandwidth = "bandwidth";
    public const string DeviceId = "deviceID";
    public const string CniArgs = "cni-args";
    public const string DefaultRoute = "default-route";
    public const string IpamClaimReference = "ipam-claim-reference";

    public static ReadOnlySpan<string> All => new[]
    {
        Name, Namespace, Interface, InterfaceRequest, Ips, Mac, InfinibandGuid, PortMappings, Bandwidth, DeviceId, CniArgs, DefaultRoute,
        IpamClaimReference,
    };

    public static ReadOnlySpan<string> OfPortMapping => new[] { "hostPort", "containerPort", "protocol", "hostIP" };

    public static ReadOnlySpan<string> OfBandwidth => new[] { "ingressRate", "ingressBurst", "egressRate", "egressBurst" };
}
