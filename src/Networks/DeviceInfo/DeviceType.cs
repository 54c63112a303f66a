namespace MultiNet.Networks;

/// <summary>Types of devices that the specification knows.</summary>
public static class DeviceType
{
    /// <summary>A PCI device, such as a virtual function.</summary>
    public const string Pci = "pci";

    /// <summary>A vDPA device.</summary>
    public const string Vdpa = "vdpa";

    /// <summary>A vhost-user socket.</summary>
    public const string VhostUser = "vhost-user";

    /// <summary>A shared memory interface.</summary>
    public const string Memif = "memif";
}
