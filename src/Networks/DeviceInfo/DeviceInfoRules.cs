using MultiNet.Cni;

namespace MultiNet.Networks;

/// <summary>What the specification demands of a <see cref="DeviceInfo"/>: rules DEV-001 to DEV-004.</summary>
internal static class DeviceInfoRules
{
    public static IReadOnlyList<Problem> Check(DeviceInfo device)
    {
        var problems = new ProblemList();
        CheckVersion(device.Version, problems);
        if (device.Type is not (DeviceType.Pci or DeviceType.Vdpa or DeviceType.VhostUser or DeviceType.Memif))
            problems.Error("DEV-002", At("type"), $"{Quoted.Text(device.Type)} is no type of device; pci, vdpa, vhost-user and memif are");
        CheckObject(device, DeviceType.Pci, device.Pci is not null, problems);
        CheckObject(device, DeviceType.Vdpa, device.Vdpa is not null, problems);
        CheckObject(device, DeviceType.VhostUser, device.VhostUser is not null, problems);
        CheckObject(device, DeviceType.Memif, device.Memif is not null, problems);
        if (device.Pci is { } pci)
        {
            CheckPciAddress("pci.pci-address", pci.PciAddress, required: true, problems);
            CheckPciAddress("pci.pf-pci-address", pci.PfPciAddress, required: false, problems);
        }
        if (device.Vdpa is { } vdpa)
        {
            CheckOneOf("vdpa.driver", vdpa.Driver, ["vhost", "virtio"], problems);
            CheckRequired("vdpa.parent-device", vdpa.ParentDevice, problems);
            CheckRequired("vdpa.path", vdpa.Path, problems);
            CheckPciAddress("vdpa.pci-address", vdpa.PciAddress, required: false, problems);
            CheckPciAddress("vdpa.pf-pci-address", vdpa.PfPciAddress, required: false, problems);
        }
        if (device.VhostUser is { } vhost)
        {
            CheckOneOf("vhost-user.mode", vhost.Mode, ["client", "server"], problems);
            CheckRequired("vhost-user.path", vhost.Path, problems);
        }
        if (device.Memif is { } memif)
        {
            CheckOneOf("memif.role", memif.Role, ["master", "slave"], problems);
            CheckOneOf("memif.mode", memif.Mode, ["ethernet", "ip", "inject-punt"], problems);
            CheckRequired("memif.path", memif.Path, problems);
        }
        return problems.ToList();
    }

    // Minor versions add keys, which are ignored.
    private static void CheckVersion(string version, ProblemList problems)
    {
        if (!CniVersion.TryParse(version, out var parsed) || parsed.Major != 1)
        {
            problems.Error(
                "DEV-001", At("version"), $"expected a version 1.x.y such as \"{DeviceInfo.LatestVersion}\", found {Quoted.Text(version)}");
        }
    }

    private static void CheckObject(DeviceInfo device, string type, bool isThere, ProblemList problems)
    {
        if (device.Type == type && !isThere)
            problems.Error("DEV-003", At(type), $"the type is \"{type}\", but the object \"{type}\" is missing");
        else if (device.Type != type && isThere)
            problems.Error("DEV-003", At(type), $"the type is {Quoted.Text(device.Type)}, but there is an object \"{type}\"");
    }

    private static void CheckPciAddress(string path, string address, bool required, ProblemList problems)
    {
        if (!IsPciAddress(address) && (required || address.Length > 0))
            problems.Error("DEV-004", At(path), $"expected a PCI address such as \"0000:18:02.5\", found {Quoted.Text(address)}");
    }

    private static void CheckRequired(string path, string value, ProblemList problems)
    {
        if (value.Length == 0)
            problems.Error("DEV-004", At(path), "is required");
    }

    private static void CheckOneOf(string path, string value, ReadOnlySpan<string> allowed, ProblemList problems)
    {
        if (!allowed.Contains(value))
            problems.Error("DEV-004", At(path), $"expected one of {string.Join(", ", allowed!)}, found {Quoted.Text(value)}");
    }

    // domain:bus:device.function, in hexadecimal; the domain may have more than four digits (VMD).
    private static bool IsPciAddress(string text)
    {
        int colon = text.IndexOf(':');
        if (colon is < 4 or > 8 || text.Length != colon + 8
            || text[colon + 3] != ':' || text[colon + 6] != '.' || text[colon + 7] is < '0' or > '7')
            return false;
        for (int i = 0; i < colon + 6; i++)
        {
            if (i != colon && i != colon + 3 && !char.IsAsciiHexDigit(text[i]))
                return false;
        }
        return true;
    }

    private static Place At(string path) => new(path, -1);
}
