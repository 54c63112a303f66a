using MultiNet.Cni;
using MultiNet.Delegates.Devices;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.HostDevice;

/// <summary>
/// The configuration of the host-device plugin: one way of naming the device, the first that is given. Key by key:
/// docs/plugins/host-device.md.
/// </summary>
internal sealed record HostDeviceConfig
{
    private const string KernelPathRoot = "/sys/devices/";

    /// <summary><c>device</c>: the interface's name on the host.</summary>
    public string Device { get; init; } = "";

    /// <summary><c>hwaddr</c>: its hardware address.</summary>
    public MacAddress HwAddr { get; init; }

    /// <summary><c>kernelpath</c>: the device's folder below /sys/devices.</summary>
    public string KernelPath { get; init; } = "";

    /// <summary><c>pciBusID</c>, or <c>runtimeConfig.deviceID</c> where that is a PCI device.</summary>
    public PciAddress Pci { get; init; }

    /// <summary><c>runtimeConfig.deviceID</c> where that is a device of the auxiliary bus.</summary>
    public string AuxiliaryDevice { get; init; } = "";

    /// <summary>The PCI device's driver hands it to a program outside of the kernel: there is no interface to move.</summary>
    public bool IsUserspace { get; init; }

    /// <summary><c>dns</c>, or null where the IPAM plugin's settings stand.</summary>
    public CniDns? Dns { get; init; }

    /// <summary>Does the configuration name a device? Before a pod asks for one, the device that the kubelet picks is not there yet.</summary>
    public static bool NamesDevice(PluginContext context) =>
        context.Config.String("device").Length > 0 || context.Config.String("hwaddr").Length > 0 || context.Config.String("kernelpath").Length > 0
        || context.Config.String("pciBusID").Length > 0 || context.RuntimeConfig.String("deviceID").Length > 0;

    /// <summary>Reads the configuration.</summary>
    /// <param name="context">The call.</param>
    /// <param name="sysfs">The devices.</param>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: no device named, or a bad value. Code 999: there is no such device.</exception>
    public static HostDeviceConfig Read(PluginContext context, Sysfs sysfs)
    {
        var keys = context.Config;
        string device = keys.String("device"), hwaddr = keys.String("hwaddr"), kernelPath = keys.String("kernelpath"), pci = keys.String("pciBusID"), auxiliary = "";
        if (context.RuntimeConfig.String("deviceID") is { Length: > 0 } deviceId)
            (pci, auxiliary) = ReadDeviceId(deviceId, sysfs);
        if (device.Length == 0 && hwaddr.Length == 0 && kernelPath.Length == 0 && pci.Length == 0 && auxiliary.Length == 0)
        {
            throw Invalid(
                "specify either \"device\", \"hwaddr\", \"kernelpath\" or \"pciBusID\"",
                "Or let the runtime name a device: \"capabilities\": {\"deviceID\": true}.");
        }
        // Of another type, it would be noticed when the device has moved.
        _ = context.HasIpam;
        bool byOther = device.Length > 0 || hwaddr.Length > 0 || kernelPath.Length > 0;
        var address = ReadPci(pci);
        return new HostDeviceConfig
        {
            Device = device,
            // The first key counts, and only its value has to be good.
            HwAddr = device.Length == 0 ? ReadHwAddr(hwaddr) : default,
            KernelPath = device.Length == 0 && hwaddr.Length == 0 ? CheckKernelPath(kernelPath) : "",
            Pci = address,
            AuxiliaryDevice = auxiliary,
            IsUserspace = !address.IsNone && Sysfs.IsUserspaceDriver(DriverOf(address, byOther, sysfs)),
            Dns = DnsConfig.Read(keys),
        };
    }

    /// <summary>Looks for the interface on the host.</summary>
    /// <exception cref="CniException">There is none.</exception>
    public Link Find(RouteSocket host, Sysfs sysfs)
    {
        var finder = new DeviceFinder(host, sysfs);
        if (Device.Length > 0)
            return !Device.Contains('\0') && host.TryGetLink(Device, out var named) ? named : throw NotFound("Link not found", $"The host has no interface \"{Shortened.Text(Device, 64)}\". Another pod may have it.");
        if (!HwAddr.IsEmpty)
            return WithAddress(host) ?? throw NotFound("failed to find physical interface", $"No interface of the host has the address {HwAddr}. Another pod may have it.");
        if (KernelPath.Length > 0)
        {
            string folder = $"{KernelPath.TrimEnd('/')}/net";
            if (sysfs.InterfacesBelow(KernelPath) is null)
                throw NotFound($"failed to read directory {folder}: \"open {folder}: no such file or directory\"", "\"kernelpath\" is the folder of a device, in which its interfaces stand in a folder \"net\".");
            return finder.OfFolder(KernelPath) ?? throw NotFound($"failed to find network device in path {folder}", "Another pod may have the device's interface.");
        }
        if (!Pci.IsNone)
            return finder.OfPci(Pci) ?? throw NotFound($"no net directory under pci device {Pci}", Holder(Sysfs.Pci, Pci.ToString(), sysfs));
        string path = $"/sys/bus/auxiliary/devices/{AuxiliaryDevice}/net";
        return finder.OfDevice(Sysfs.Auxiliary, AuxiliaryDevice)
            ?? throw NotFound($"failed to find network device in path {path}", Holder(Sysfs.Auxiliary, AuxiliaryDevice, sysfs));
    }

    private Link? WithAddress(RouteSocket host)
    {
        foreach (var link in host.LinkList())
        {
            if (link.MacAddress == HwAddr)
                return link;
        }
        return null;
    }

    private static string Holder(string bus, string device, Sysfs sysfs) =>
        sysfs.DriverOf(bus, device) is { Length: > 0 } driver
            ? $"Its driver is {driver}, and no interface of the host belongs to it: another pod may have it, or the driver makes none."
            : "It has no driver.";

    private static (string Pci, string Auxiliary) ReadDeviceId(string deviceId, Sysfs sysfs)
    {
        if (PciAddress.TryParse(deviceId, out var address) && sysfs.Has(Sysfs.Pci, address.ToString()))
            return (deviceId, "");
        if (sysfs.Has(Sysfs.Auxiliary, deviceId))
            return ("", deviceId);
        throw new CniException(
            CniErrorCode.Internal, $"runtime config DeviceID {Shortened.Text(deviceId, 64)} not found or unsupported",
            "It is neither a device in /sys/bus/pci/devices nor one in /sys/bus/auxiliary/devices of this node.");
    }

    private static PciAddress ReadPci(string text)
    {
        if (text.Length == 0)
            return default;
        return PciAddress.TryParse(text, out var address)
            ? address
            : throw Invalid($"error with host device: invalid PCI address \"{Shortened.Text(text, 64)}\"", "\"pciBusID\" is domain:bus:device.function, such as 0000:3d:00.1.");
    }

    private static string DriverOf(PciAddress address, bool isFoundOtherwise, Sysfs sysfs)
    {
        string driver = sysfs.DriverOf(Sysfs.Pci, address.ToString());
        if (driver.Length > 0 || isFoundOtherwise)
            return driver;
        bool exists = sysfs.Has(Sysfs.Pci, address.ToString());
        throw new CniException(
            CniErrorCode.Internal, $"error with host device: lstat /sys/bus/pci/devices/{address}{(exists ? "/driver" : "")}: no such file or directory",
            exists ? "The device has no driver." : "This node has no such device. A virtual function vanishes when the number of its card is changed.");
    }

    private static MacAddress ReadHwAddr(string text)
    {
        if (text.Length == 0)
            return default;
        string shown = Shortened.Text(text, 80);
        return MacAddress.TryParse(text, out var mac)
            ? mac
            : throw Invalid($"failed to find host device: failed to parse MAC address \"{shown}\": address {shown}: invalid MAC address", "\"hwaddr\" is a hardware address such as 0a:58:0a:01:02:03.");
    }

    private static string CheckKernelPath(string path) =>
        path.Length == 0 || (path.StartsWith(KernelPathRoot, StringComparison.Ordinal) && !path.Contains('\0') && !path.Split('/').Contains(".."))
            ? path
            : throw Invalid($"failed to find host device: kernel device path \"{Shortened.Text(path, 200)}\" must be absolute and begin with /sys/devices/", "It must not contain \"..\" either.");

    private static CniException NotFound(string message, string details) => new(CniErrorCode.Internal, $"failed to find host device: {message}", details);

    private static CniException Invalid(string message, string details) => new(CniErrorCode.InvalidNetworkConfig, message, details);
}
