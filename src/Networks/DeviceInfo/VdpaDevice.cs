namespace MultiNet.Networks;

/// <summary>A vDPA device (device information specification, section "vdpa").</summary>
public sealed record VdpaDevice
{
    /// <summary>The name on the vDPA bus, such as <c>vdpa0</c>.</summary>
    public string ParentDevice { get; init; } = "";

    /// <summary><c>vhost</c> or <c>virtio</c>.</summary>
    public string Driver { get; init; } = "";

    /// <summary>The path of the device: <c>/dev/vhost-vdpa-0</c>, or the network interface's for virtio.</summary>
    public string Path { get; init; } = "";

    /// <summary>The PCI address, such as <c>0000:18:02.5</c>.</summary>
    public string PciAddress { get; init; } = "";

    /// <summary>The address of the physical function.</summary>
    public string PfPciAddress { get; init; } = "";

    /// <summary>The name of the representor on the host.</summary>
    public string RepresentorDevice { get; init; } = "";
}
