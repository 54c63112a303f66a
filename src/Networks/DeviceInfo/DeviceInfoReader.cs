using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Networks;

/// <summary>Reads <see cref="DeviceInfo"/> from JSON. Unknown keys are ignored; nothing is judged here.</summary>
public static class DeviceInfoReader
{
    /// <summary>Reads the content of a file.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="what">What it is, for errors: the file.</param>
    /// <exception cref="CniException">Code 6: not JSON, or a key of another type.</exception>
    public static DeviceInfo Read(ReadOnlyMemory<byte> utf8, string what) => Read(JsonFields.Parse(utf8, what));

    /// <summary>Reads an object.</summary>
    /// <exception cref="CniException">Code 6: a key of another type.</exception>
    public static DeviceInfo Read(JsonFields fields)
    {
        var pci = fields.Object("pci");
        var vdpa = fields.Object("vdpa");
        var vhost = fields.Object("vhost-user");
        var memif = fields.Object("memif");
        return new DeviceInfo
        {
            Type = fields.String("type"),
            Version = fields.String("version"),
            Pci = !pci.Exists ? null : new PciDevice
            {
                PciAddress = pci.String("pci-address"),
                VhostNet = pci.String("vhost-net"),
                RdmaDevice = pci.String("rdma-device"),
                PfPciAddress = pci.String("pf-pci-address"),
                RepresentorDevice = pci.String("representor-device"),
            },
            Vdpa = !vdpa.Exists ? null : new VdpaDevice
            {
                ParentDevice = vdpa.String("parent-device"),
                Driver = vdpa.String("driver"),
                Path = vdpa.String("path"),
                PciAddress = vdpa.String("pci-address"),
                PfPciAddress = vdpa.String("pf-pci-address"),
                RepresentorDevice = vdpa.String("representor-device"),
            },
            VhostUser = !vhost.Exists ? null : new VhostUserDevice { Mode = vhost.String("mode"), Path = vhost.String("path") },
            Memif = !memif.Exists ? null : new MemifDevice
            {
                Role = memif.String("role"),
                Path = memif.String("path"),
                Mode = memif.String("mode"),
            },
        };
    }
}
