using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.Devices;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Sriov;

/// <summary>
/// What an attachment did to a virtual function and what it was before: the file of sriov-cni, in its format, so that each can release
/// what the other attached. What sriov-cni does not know stands in the object <c>multinet</c>.
/// </summary>
internal sealed record SriovState
{
    /// <summary>The virtual function.</summary>
    public required PciAddress Device { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The interface's name on the host; "" without an interface (DPDK).</summary>
    public string HostName { get; init; } = "";

    /// <summary>The physical function's interface at the time of ADD.</summary>
    public string Master { get; init; } = "";

    /// <summary>What the virtual function was as its physical function held it.</summary>
    public required VirtualFunction Original { get; init; }

    /// <summary>The interface's own hardware address before.</summary>
    public MacAddress EffectiveMac { get; init; }

    /// <summary>The MTU before; 0 where it is not known.</summary>
    public int Mtu { get; init; }

    /// <summary>Was the interface up?</summary>
    public bool Up { get; init; }

    /// <summary>What ADD told the physical function.</summary>
    public VirtualFunctionChange Settings { get; init; } = new();

    /// <summary>The type of the IPAM plugin, or "".</summary>
    public string IpamType { get; init; } = "";

    /// <summary>The version of the configuration.</summary>
    public string CniVersion { get; init; } = "";

    /// <summary>The pod's namespace; "" in files of sriov-cni.</summary>
    public string NetNs { get; init; } = "";

    /// <summary>Container and interface; both "" in files of sriov-cni.</summary>
    public (string ContainerId, string IfName) Attachment { get; init; } = ("", "");

    /// <summary>The interface as the device of the host that it is.</summary>
    public DeviceRecord Interface(Sysfs sysfs) => new()
    {
        Name = HostName,
        Parent = (Sysfs.Pci, Device.ToString()),
        Driver = sysfs.DriverOf(Sysfs.Pci, Device.ToString()),
        Mac = EffectiveMac,
        Mtu = Mtu,
        Up = Up,
        IsMarked = false,
    };

    /// <summary>What undoes <see cref="Settings"/>.</summary>
    public VirtualFunctionChange Undo() => new()
    {
        MacAddress = Settings.MacAddress is null ? null : Original.MacAddress,
        Vlan = Settings.Vlan is null ? null : Original.Vlan,
        TransmitRate = Settings.TransmitRate is null ? null : (Original.MinimumTransmitRate, Original.MaximumTransmitRate),
        SpoofCheck = Settings.SpoofCheck is null ? null : Original.SpoofCheck ?? false,
        LinkState = Settings.LinkState is null ? null : Original.LinkState,
        Trust = Settings.Trust is null ? null : Original.Trust ?? false,
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="CniException">It is none.</exception>
    public static SriovState Read(JsonFields fields)
    {
        var before = fields.Object("OrigVfState");
        var own = fields.Object("multinet");
        bool isKnown = PciAddress.TryParse(fields.String("deviceID"), out var device);
        ushort protocol = (ushort)before.Int("VlanProto");
        string wanted = fields.String("vlanProto");
        int? minimum = fields.NullableInt("min_tx_rate"), maximum = fields.NullableInt("max_tx_rate");
        return new SriovState
        {
            Device = isKnown ? device : default,
            Network = fields.String("name"),
            HostName = before.String("HostIFName"),
            Master = fields.String("Master"),
            Original = new VirtualFunction
            {
                Index = fields.Int("VFID"),
                MacAddress = Mac(before.String("AdminMAC")),
                Vlan = new VirtualFunctionVlan((ushort)before.Int("Vlan"), (byte)before.Int("VlanQoS"), protocol == 0 ? VirtualFunctionVlan.Dot1Q : protocol),
                MinimumTransmitRate = before.Int("MinTxRate"),
                MaximumTransmitRate = before.Int("MaxTxRate"),
                SpoofCheck = before.Bool("SpoofChk"),
                Trust = before.Bool("Trust"),
                LinkState = (VirtualFunctionLinkState)before.Int("LinkState"),
            },
            EffectiveMac = Mac(before.String("EffectiveMAC")),
            Mtu = before.Int("MTU"),
            Up = own.Bool("up"),
            Settings = new VirtualFunctionChange
            {
                MacAddress = fields.String("MAC").Length > 0 ? Mac(fields.String("MAC")) : null,
                Vlan = fields.NullableInt("vlan") is { } vlan
                    ? new VirtualFunctionVlan((ushort)vlan, (byte)fields.Int("vlanQoS"), wanted == "802.1ad" ? VirtualFunctionVlan.Dot1AD : VirtualFunctionVlan.Dot1Q)
                    : null,
                TransmitRate = minimum is null && maximum is null ? null : (minimum ?? 0, maximum ?? 0),
                SpoofCheck = Switch(fields.String("spoofchk")),
                Trust = Switch(fields.String("trust")),
                LinkState = fields.String("link_state") switch
                {
                    "auto" => VirtualFunctionLinkState.Auto,
                    "enable" => VirtualFunctionLinkState.Enable,
                    "disable" => VirtualFunctionLinkState.Disable,
                    _ => null,
                },
            },
            IpamType = fields.Object("ipam").String("type"),
            CniVersion = fields.String("cniVersion"),
            NetNs = own.String("netns"),
            Attachment = (own.String("containerID"), own.String("ifname")),
        };
    }

    /// <summary>The file's content.</summary>
    public byte[] Encode()
    {
        var writer = new GoJsonWriter(indented: false);
        writer.BeginObject();
        // Go reads it where an older sriov-cni does; newer ones ask for the driver.
        Bool(writer, "DPDKMode", HostName.Length == 0);
        writer.Name("MAC");
        writer.String(Settings.MacAddress?.ToString() ?? "");
        writer.Name("Master");
        writer.String(Master);
        writer.Name("OrigVfState");
        EncodeOriginal(writer);
        Number(writer, "VFID", Original.Index);
        writer.StringUnlessEmpty("cniVersion", CniVersion);
        writer.Name("deviceID");
        writer.String(Device.ToString());
        writer.Name("ipam");
        writer.BeginObject();
        writer.StringUnlessEmpty("type", IpamType);
        writer.EndObject();
        writer.StringUnlessEmpty("link_state", Settings.LinkState?.ToString().ToLowerInvariant() ?? "");
        writer.NumberUnlessNull("max_tx_rate", Settings.TransmitRate?.Maximum);
        writer.NumberUnlessNull("min_tx_rate", Settings.TransmitRate?.Minimum);
        writer.Name("multinet");
        writer.BeginObject();
        writer.StringUnlessEmpty("containerID", Attachment.ContainerId);
        writer.StringUnlessEmpty("ifname", Attachment.IfName);
        writer.StringUnlessEmpty("netns", NetNs);
        Bool(writer, "up", Up);
        writer.EndObject();
        writer.Name("name");
        writer.String(Network);
        writer.StringUnlessEmpty("spoofchk", Text(Settings.SpoofCheck));
        writer.StringUnlessEmpty("trust", Text(Settings.Trust));
        writer.StringUnlessEmpty("type", "sriov");
        writer.NumberUnlessNull("vlan", Settings.Vlan?.Id);
        writer.StringUnlessEmpty("vlanProto", Settings.Vlan is { } vlan ? vlan.Protocol == VirtualFunctionVlan.Dot1AD ? "802.1ad" : "802.1q" : "");
        writer.NumberUnlessNull("vlanQoS", Settings.Vlan?.Priority);
        writer.EndObject();
        return writer.Written.ToArray();
    }

    private void EncodeOriginal(GoJsonWriter writer)
    {
        writer.BeginObject();
        writer.Name("HostIFName");
        writer.String(HostName);
        Bool(writer, "SpoofChk", Original.SpoofCheck ?? false);
        Bool(writer, "Trust", Original.Trust ?? false);
        writer.Name("AdminMAC");
        writer.String(Original.MacAddress.ToString());
        writer.Name("EffectiveMAC");
        writer.String(EffectiveMac.ToString());
        Number(writer, "Vlan", Original.Vlan.Id);
        Number(writer, "VlanQoS", Original.Vlan.Priority);
        Number(writer, "VlanProto", Original.Vlan.Protocol);
        Number(writer, "MinTxRate", Original.MinimumTransmitRate);
        Number(writer, "MaxTxRate", Original.MaximumTransmitRate);
        Number(writer, "LinkState", (int)Original.LinkState);
        Number(writer, "MTU", Mtu);
        writer.EndObject();
    }

    private static MacAddress Mac(string text) => MacAddress.TryParse(text, out var mac) ? mac : default;

    private static bool? Switch(string text) => text.Length == 0 ? null : text == "on";

    private static string Text(bool? value) => value switch { null => "", true => "on", false => "off" };

    private static void Bool(GoJsonWriter writer, string name, bool value)
    {
        writer.Name(name);
        writer.Bool(value);
    }

    private static void Number(GoJsonWriter writer, string name, int value)
    {
        writer.Name(name);
        writer.Number(value);
    }
}
