using MultiNet.Delegates.Devices;

namespace MultiNet.Delegates.Tests.Devices;

/// <summary>A folder that looks like sysfs, for devices that a test machine does not have. What real ones do is tested in the virtual machine.</summary>
internal sealed class FakeSysfs(string folder)
{
    public Sysfs Sysfs { get; } = new(folder);

    /// <summary>A device with a driver and interfaces.</summary>
    public FakeSysfs Device(string bus, string name, string driver, params string[] interfaces)
    {
        string path = Path.Combine(folder, "bus", bus, "devices", name);
        Directory.CreateDirectory(path);
        if (driver.Length > 0)
            Link(Path.Combine(path, "driver"), $"../../../../bus/{bus}/drivers/{driver}");
        foreach (string link in interfaces)
            Directory.CreateDirectory(Path.Combine(path, "net", link));
        return this;
    }

    /// <summary>Another driver, or none.</summary>
    public void Rebind(string bus, string name, string driver)
    {
        string path = Path.Combine(folder, "bus", bus, "devices", name, "driver");
        File.Delete(path);
        if (driver.Length > 0)
            Link(path, $"../../../../bus/{bus}/drivers/{driver}");
    }

    /// <summary>A virtual function of a card, both PCI devices that exist.</summary>
    public FakeSysfs Function(string physical, int index, string function)
    {
        Link(Path.Combine(folder, "bus", "pci", "devices", physical, $"virtfn{index}"), $"../{function}");
        Link(Path.Combine(folder, "bus", "pci", "devices", function, "physfn"), $"../{physical}");
        return this;
    }

    /// <summary>A folder with interfaces.</summary>
    public FakeSysfs Folder(string path, params string[] interfaces)
    {
        foreach (string link in interfaces)
            Directory.CreateDirectory(Path.Combine(folder, path, "net", link));
        return this;
    }

    private static void Link(string path, string target) => File.CreateSymbolicLink(path, target);
}
