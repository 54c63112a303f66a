using MultiNet.Netlink;

namespace MultiNet.Delegates.Devices;

/// <summary>Finds the interface of a device in the host's namespace.</summary>
/// <param name="host">A socket there.</param>
/// <param name="sysfs">The devices.</param>
internal sealed class DeviceFinder(RouteSocket host, Sysfs sysfs)
{
    /// <summary>The interface of a PCI device, that of its virtio device included; null where the host has none.</summary>
    public Link? OfPci(PciAddress address)
    {
        if (OfDevice(Sysfs.Pci, address.ToString()) is { } found)
            return found;
        foreach (string virtio in sysfs.VirtioDevices(address))
        {
            if (OfDevice("virtio", virtio) is { } link)
                return link;
            if (OfFolder(Path.Combine(sysfs.PathOf(Sysfs.Pci, address.ToString()), virtio)) is { } named)
                return named;
        }
        return null;
    }

    /// <summary>The interface of a device on a bus: where there are several the first by name; null where the host has none.</summary>
    public Link? OfDevice(string bus, string device)
    {
        Link? first = null;
        foreach (var link in host.LinkList())
        {
            if (link.ParentBus == bus && link.ParentDevice == device && (first is null || string.CompareOrdinal(link.Name, first.Name) < 0))
                first = link;
        }
        // Kernels before 5.14 do not tell by netlink.
        return first ?? OfFolder(sysfs.PathOf(bus, device));
    }

    /// <summary>The interface that stands in the folder <c>net</c> of a device's folder; null where there is none.</summary>
    public Link? OfFolder(string path)
    {
        foreach (string name in sysfs.InterfacesBelow(path) ?? [])
        {
            if (host.TryGetLink(name, out var link))
                return link;
        }
        return null;
    }
}
