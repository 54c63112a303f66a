using MultiNet.Cni;
using MultiNet.Delegates.Devices;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Sriov;

/// <summary>The configuration of the sriov plugin. Key by key: docs/plugins/sriov.md.</summary>
internal sealed record SriovConfig
{
    private const string Load = "SRIOV-CNI failed to load netconf: LoadConf(): ";
    private const int LargestVlan = 4094;
    private const int LargestPriority = 7;

    /// <summary><c>deviceID</c>: the virtual function.</summary>
    public PciAddress Device { get; init; }

    /// <summary>What the physical function is told: <c>vlan</c>, <c>vlanQoS</c>, <c>vlanProto</c>, <c>mac</c>, <c>spoofchk</c>, <c>trust</c>, <c>link_state</c>, <c>min_tx_rate</c>, <c>max_tx_rate</c>.</summary>
    public VirtualFunctionChange Settings { get; init; } = new();

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="CniException">Code 4: <c>CNI_ARGS</c>. Code 6: a key of another type. Code 7: no device, or a bad value.</exception>
    public static SriovConfig Read(PluginContext context)
    {
        string device = context.Config.String("deviceID");
        if (device.Length == 0)
            throw Invalid("VF pci addr is required", "\"deviceID\" must name a virtual function. The kubelet assigns one where the definition has the annotation k8s.v1.cni.cncf.io/resourceName.");
        if (!PciAddress.TryParse(device, out var address))
            throw Invalid($"invalid PCI address: {Shortened.Text(device, 64)}", "\"deviceID\" is domain:bus:device.function, such as 0000:3d:02.1.");
        return new SriovConfig { Device = address, Settings = ReadSettings(context) };
    }

    /// <summary>Reads what does not depend on the pod.</summary>
    /// <exception cref="CniException">As <see cref="Read"/>.</exception>
    public static VirtualFunctionChange ReadSettings(PluginContext context)
    {
        var keys = context.Config;
        // Accepted; what happens is in MultiNet's own log.
        _ = keys.String("logLevel");
        _ = keys.String("logFile");
        _ = context.HasIpam;
        return new VirtualFunctionChange
        {
            Vlan = ReadVlan(keys.NullableInt("vlan"), keys.NullableInt("vlanQoS"), keys.Has("vlanProto") ? keys.String("vlanProto") : null),
            MacAddress = ReadMac(context),
            TransmitRate = ReadRate(keys.NullableInt("min_tx_rate"), keys.NullableInt("max_tx_rate")),
            SpoofCheck = ReadSwitch(keys.String("spoofchk"), "spoofchk"),
            Trust = ReadSwitch(keys.String("trust"), "trust"),
            LinkState = keys.String("link_state") switch
            {
                "" => null,
                "auto" => VirtualFunctionLinkState.Auto,
                "enable" => VirtualFunctionLinkState.Enable,
                "disable" => VirtualFunctionLinkState.Disable,
                var other => throw Invalid($"invalid link_state value: {Shortened.Text(other, 64)}", "\"link_state\" is \"auto\", \"enable\" or \"disable\"."),
            },
        };
    }

    private static VirtualFunctionVlan? ReadVlan(int? id, int? priority, string? protocol)
    {
        if (id is not { } vlan)
        {
            return priority is not null ? throw Invalid("vlan id must be configured to set vlan QoS to a non-nil value", "\"vlanQoS\" is the priority of frames with a VLAN tag: set \"vlan\" too.")
                : protocol is not null ? throw Invalid("vlan id must be configured to set vlan proto to a non-nil value", "\"vlanProto\" is of no use without \"vlan\".")
                : null;
        }
        if (vlan is < 0 or > LargestVlan)
            throw Invalid($"vlan id {vlan} invalid: value must be in the range 0-4094", "\"vlan\": 0 takes the VLAN away.");
        if (priority is < 0 or > LargestPriority)
            throw Invalid($"vlan QoS PCP {priority} invalid: value must be in the range 0-7", "\"vlanQoS\" is the priority code point of 802.1p.");
        if (priority > 0 && vlan == 0)
            throw Invalid("non-zero vlan id must be configured to set vlan QoS to a non-zero value", "Without a VLAN tag there is no priority.");
        ushort tag = (protocol ?? "802.1q").ToLowerInvariant() switch
        {
            "802.1q" => VirtualFunctionVlan.Dot1Q,
            "802.1ad" => VirtualFunctionVlan.Dot1AD,
            var other => throw Invalid($"vlan Proto {Shortened.Text(other, 64)} invalid: value must be '802.1Q' or '802.1ad'", "It was found in \"vlanProto\"."),
        };
        if (tag == VirtualFunctionVlan.Dot1AD && vlan == 0)
            throw Invalid("non-zero vlan id must be configured to set vlan proto 802.1ad", "Set \"vlan\".");
        return new VirtualFunctionVlan((ushort)vlan, (byte)(priority ?? 0), tag);
    }

    private static (int Minimum, int Maximum)? ReadRate(int? minimum, int? maximum)
    {
        if (minimum is null && maximum is null)
            return null;
        if (minimum < 0 || maximum < 0)
            throw Invalid($"min_tx_rate {minimum ?? 0} and max_tx_rate {maximum ?? 0} invalid: values must not be negative", "Rates are in Mbit/s; 0 is no limit.");
        if (maximum > 0 && minimum > maximum)
            throw Invalid($"min_tx_rate {minimum} invalid: value must not be larger than max_tx_rate {maximum}", "Rates are in Mbit/s.");
        return (minimum ?? 0, maximum ?? 0);
    }

    private static bool? ReadSwitch(string text, string key) => text switch
    {
        "" => null,
        "on" => true,
        "off" => false,
        _ => throw Invalid($"invalid {key} value: {Shortened.Text(text, 64)}", $"\"{key}\" is \"on\" or \"off\"."),
    };

    private static MacAddress? ReadMac(PluginContext context)
    {
        string mac = context.Config.String("mac"), source = "mac";
        if (CniArgs.Parse(context.Call.Args, "MAC")["MAC"] is { Length: > 0 } given)
            (mac, source) = (given, "MAC in CNI_ARGS");
        if (context.RuntimeConfig.String("mac") is { Length: > 0 } wanted)
            (mac, source) = (wanted, "runtimeConfig.mac");
        return LinkSettings.ReadMac(mac, source);
    }

    private static CniException Invalid(string message, string details) => new(CniErrorCode.InvalidNetworkConfig, Load + message, details);
}
