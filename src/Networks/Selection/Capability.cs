namespace MultiNet.Networks;

/// <summary>Capabilities of plugins by which a selection element reaches them (CNI conventions; NPWG v1.3, section 4.1.2.1).</summary>
public static class Capability
{
    /// <summary>Addresses.</summary>
    public const string Ips = "ips";

    /// <summary>A hardware address.</summary>
    public const string Mac = "mac";

    /// <summary>An InfiniBand GUID.</summary>
    public const string InfinibandGuid = "infinibandGUID";

    /// <summary>Ports of the host.</summary>
    public const string PortMappings = "portMappings";

    /// <summary>Limits for traffic.</summary>
    public const string Bandwidth = "bandwidth";

    /// <summary>A device.</summary>
    public const string DeviceId = "deviceID";

    /// <summary>The path of the attachment's device-info file.</summary>
    public const string DeviceInfoFile = "CNIDeviceInfoFile";
}
