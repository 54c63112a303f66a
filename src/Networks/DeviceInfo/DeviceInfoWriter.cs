using MultiNet.Cni.Json;

namespace MultiNet.Networks;

/// <summary>Writes <see cref="DeviceInfo"/> as JSON, keys in the order of the Go client library.</summary>
public static class DeviceInfoWriter
{
    /// <summary>The JSON on one line.</summary>
    public static byte[] Write(DeviceInfo device)
    {
        var writer = new GoJsonWriter(indented: false);
        Write(writer, device);
        return writer.Written.ToArray();
    }

    /// <summary>Writes the object as a value of what is being written.</summary>
    public static void Write(GoJsonWriter writer, DeviceInfo device)
    {
        writer.BeginObject();
        writer.StringUnlessEmpty("type", device.Type);
        writer.StringUnlessEmpty("version", device.Version);
        if (device.Pci is { } pci)
        {
            Write(
                writer, DeviceType.Pci, ("pci-address", pci.PciAddress), ("vhost-net", pci.VhostNet), ("rdma-device", pci.RdmaDevice),
                ("pf-pci-address", pci.PfPciAddress), ("representor-device", pci.RepresentorDevice));
        }
        if (device.Vdpa is { } vdpa)
        {
            Write(
                writer, DeviceType.Vdpa, ("parent-device", vdpa.ParentDevice), ("driver", vdpa.Driver), ("path", vdpa.Path),
                ("pci-address", vdpa.PciAddress), ("pf-pci-address", vdpa.PfPciAddress), ("representor-device", vdpa.RepresentorDevice));
        }
        if (device.VhostUser is { } vhost)
            Write(writer, DeviceType.VhostUser, ("mode", vhost.Mode), ("path", vhost.Path));
        if (device.Memif is { } memif)
            Write(writer, DeviceType.Memif, ("role", memif.Role), ("path", memif.Path), ("mode", memif.Mode));
        writer.EndObject();
    }

    private static void Write(GoJsonWriter writer, string name, params ReadOnlySpan<(string Key, string Value)> members)
    {
        writer.Name(name);
        writer.BeginObject();
        foreach (var (key, value) in members)
            writer.StringUnlessEmpty(key, value);
        writer.EndObject();
    }
}
