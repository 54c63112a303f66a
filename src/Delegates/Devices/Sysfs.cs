namespace MultiNet.Delegates.Devices;

/// <summary>
/// What /sys tells of devices on buses: that they exist, their drivers, and which functions of a card belong together. All of it is the
/// same in every network namespace. Names of interfaces are not: sysfs shows those of the namespace in which it was mounted, hence
/// <see cref="DeviceFinder"/> asks netlink first.
/// </summary>
/// <param name="root">Where sysfs is mounted.</param>
internal sealed class Sysfs(string root = "/sys")
{
    /// <summary>The bus of PCI devices.</summary>
    public const string Pci = "pci";

    /// <summary>The bus of parts of a device that have drivers of their own, such as the scalable functions of a card.</summary>
    public const string Auxiliary = "auxiliary";

    /// <summary>Drivers that hand a device to a program outside of the kernel (DPDK), so that it has no interface.</summary>
    public static ReadOnlySpan<string> UserspaceDrivers => (string[])["vfio-pci", "uio_pci_generic", "igb_uio"];

    /// <summary>Is this the driver of a device that a program outside of the kernel uses?</summary>
    public static bool IsUserspaceDriver(string driver) => UserspaceDrivers.Contains(driver);

    /// <summary>Is there such a device on a bus?</summary>
    public bool Has(string bus, string device) => device.Length > 0 && !device.Contains('/') && device is not ("." or "..") && Directory.Exists(PathOf(bus, device));

    /// <summary>The driver of a device; "" where it has none.</summary>
    public string DriverOf(string bus, string device) => NameOfTarget(Path.Combine(PathOf(bus, device), "driver"));

    /// <summary>The physical function to which a virtual function belongs.</summary>
    /// <returns>False where the function is none, or is gone.</returns>
    public bool TryPhysicalFunction(PciAddress function, out PciAddress physical) =>
        PciAddress.TryParse(NameOfTarget(Path.Combine(PathOf(Pci, function.ToString()), "physfn")), out physical);

    /// <summary>The number of a virtual function within its physical function.</summary>
    /// <returns>-1 where it is none of it.</returns>
    public int IndexOf(PciAddress physical, PciAddress function)
    {
        const string prefix = "virtfn";
        foreach (string entry in Entries(PathOf(Pci, physical.ToString()), prefix + "*"))
        {
            if (NameOfTarget(Path.Combine(PathOf(Pci, physical.ToString()), entry)) == function.ToString()
                && int.TryParse(entry.AsSpan(prefix.Length), out int index))
            {
                return index;
            }
        }
        return -1;
    }

    /// <summary>The virtio devices of a PCI device: there the interface hangs at those.</summary>
    public IReadOnlyList<string> VirtioDevices(PciAddress device) => Entries(PathOf(Pci, device.ToString()), "virtio*");

    /// <summary>The names in the folder <c>net</c> of a device, in alphabetical order; null where there is no such folder.</summary>
    /// <param name="path">The device's folder below /sys.</param>
    public IReadOnlyList<string>? InterfacesBelow(string path)
    {
        string folder = Path.Combine(Mounted(path), "net");
        return Directory.Exists(folder) ? Entries(folder, "*") : null;
    }

    /// <summary>The folder of a device on a bus.</summary>
    public string PathOf(string bus, string device) => Mounted($"/sys/bus/{bus}/devices/{device}");

    private string Mounted(string path) => path.StartsWith("/sys/", StringComparison.Ordinal) ? string.Concat(root, path.AsSpan(4)) : path;

    private static List<string> Entries(string folder, string pattern)
    {
        var names = new List<string>();
        try
        {
            foreach (string entry in Directory.GetFileSystemEntries(folder, pattern))
                names.Add(Path.GetFileName(entry));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone in between.
        }
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private static string NameOfTarget(string link)
    {
        try
        {
            return Path.GetFileName(new FileInfo(link).LinkTarget ?? "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
