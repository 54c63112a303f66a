namespace MultiNet.Networks;

/// <summary>A PCI device (device information specification, section "pci").</summary>
public sealed record PciDevice
{
    /// <summary>The address, such as <c>0000:18:02.5</c>.</summary>
    public string PciAddress { get; init; } = "";

    /// <summary>The path of the vhost-net device.</summary>
    public string VhostNet { get; init; } = "";

    /// <summary>The name of the RDMA device.</summary>
    public string RdmaDevice { get; init; } = "";

    /// <summary>The address of the physical function.</summary>
    public string PfPciAddress { get; init; } = "";

    /// <summary>The name of the representor on the host.</summary>
    public string RepresentorDevice { get; init; } = "";
}
