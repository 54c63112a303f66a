using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.Masquerade;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bridge;

/// <summary>The configuration of the bridge plugin, checked as a whole. Key by key: docs/plugins/bridge.md.</summary>
internal sealed record BridgeConfig
{
    /// <summary>The bridge where <c>bridge</c> names none.</summary>
    public const string DefaultBridge = "cni0";

    private const int MaxVlan = 4094;

    /// <summary><c>bridge</c>: the bridge's name.</summary>
    public required string Bridge { get; init; }

    /// <summary><c>isGateway</c>, which <c>isDefaultGateway</c> implies: the bridge gets the gateway's address.</summary>
    public bool IsGateway { get; init; }

    /// <summary><c>isDefaultGateway</c>: the container's default route goes over the bridge.</summary>
    public bool IsDefaultGateway { get; init; }

    /// <summary><c>forceAddress</c>: another address on the bridge gives way.</summary>
    public bool ForceAddress { get; init; }

    /// <summary><c>ipMasq</c> and <c>ipMasqBackend</c>.</summary>
    public MasqueradeConfig Masquerade { get; init; }

    /// <summary><c>mtu</c> in bytes; 0 leaves it to the kernel.</summary>
    public int Mtu { get; init; }

    /// <summary><c>hairpinMode</c>: the bridge may send a packet back out of the port on which it came.</summary>
    public bool HairpinMode { get; init; }

    /// <summary><c>promiscMode</c>: the bridge itself receives everything.</summary>
    public bool PromiscMode { get; init; }

    /// <summary><c>vlan</c>: the port's untagged VLAN, 1 to 4094; 0 for none.</summary>
    public int Vlan { get; init; }

    /// <summary><c>vlanTrunk</c>: the port's tagged VLANs, ascending.</summary>
    public IReadOnlyList<int> TrunkVlans { get; init; } = [];

    /// <summary>Does the bridge have to filter VLANs? Also true for an empty <c>vlanTrunk</c>, as in the reference.</summary>
    public bool VlanFiltering { get; init; }

    /// <summary><c>preserveDefaultVlan</c>: the VLANs that the kernel gives a new port stay.</summary>
    public bool PreserveDefaultVlan { get; init; }

    /// <summary><c>macspoofchk</c>: frames from the container with another source address are dropped.</summary>
    public bool MacSpoofCheck { get; init; }

    /// <summary><c>enabledad</c>: IPv6 addresses in the container are checked for duplicates.</summary>
    public bool EnableDad { get; init; }

    /// <summary><c>disableContainerInterface</c>: the container's interface stays down.</summary>
    public bool DisableContainerInterface { get; init; }

    /// <summary><c>portIsolation</c>: isolated ports of the bridge do not reach each other.</summary>
    public bool PortIsolation { get; init; }

    /// <summary>The container's hardware address: <c>runtimeConfig.mac</c>, else <c>args.cni.mac</c>, else <c>MAC</c> in CNI_ARGS.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary><c>dns</c>, or null where the IPAM plugin's settings stand.</summary>
    public CniDns? Dns { get; init; }

    /// <summary>Does an IPAM plugin assign addresses (layer 3), or is the interface only connected (layer 2)?</summary>
    public bool IsLayer3 { get; init; }

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a value or a combination that cannot be. Code 4: CNI_ARGS.</exception>
    public static BridgeConfig Read(PluginContext context)
    {
        var json = context.Config;
        int vlan = json.Int("vlan");
        if (vlan is < 0 or > MaxVlan)
            throw Invalid($"invalid VLAN ID {vlan} (must be between 0 and 4094)");
        bool isDefaultGateway = json.Bool("isDefaultGateway");
        string bridge = json.String("bridge", DefaultBridge);
        var trunk = ReadTrunk(json);
        var config = new BridgeConfig
        {
            Bridge = LinkSettings.CheckInterfaceName(bridge, "bridge"),
            IsGateway = json.Bool("isGateway") || isDefaultGateway,
            IsDefaultGateway = isDefaultGateway,
            ForceAddress = json.Bool("forceAddress"),
            Masquerade = MasqueradeConfig.Read(json),
            Mtu = LinkSettings.ReadMtu(json),
            HairpinMode = json.Bool("hairpinMode"),
            PromiscMode = json.Bool("promiscMode"),
            Vlan = vlan,
            TrunkVlans = trunk,
            VlanFiltering = vlan != 0 || json.Has("vlanTrunk"),
            PreserveDefaultVlan = json.Bool("preserveDefaultVlan"),
            MacSpoofCheck = json.Bool("macspoofchk"),
            EnableDad = json.Bool("enabledad"),
            DisableContainerInterface = json.Bool("disableContainerInterface"),
            PortIsolation = json.Bool("portIsolation"),
            Mac = ReadMac(context),
            Dns = DnsConfig.Read(json),
            IsLayer3 = context.HasIpam,
        };
        config.CheckCombinations();
        return config;
    }

    private void CheckCombinations()
    {
        if (IsLayer3 && DisableContainerInterface)
            throw Invalid("cannot use IPAM when DisableContainerInterface flag is set");
        if (HairpinMode && PromiscMode)
            throw Invalid("cannot set hairpin mode and promiscuous mode at the same time");
        if (Vlan != 0 && IsGateway)
            LinkSettings.CheckInterfaceName($"{Bridge}.{Vlan}", $"bridge\" with the gateway of VLAN \"{Vlan}");
    }

    private static MacAddress? ReadMac(PluginContext context)
    {
        // Decoded before one is chosen: a value of another type is an error wherever it stands.
        string fromVariable = CniArgs.Parse(context.Call.Args, "MAC")["MAC"] ?? "";
        string fromArgs = context.ArgsCni.String("mac");
        string fromRuntime = context.RuntimeConfig.String("mac");
        if (fromRuntime.Length > 0)
            return LinkSettings.ReadMac(fromRuntime, "runtimeConfig.mac");
        return fromArgs.Length > 0
            ? LinkSettings.ReadMac(fromArgs, "args.cni.mac")
            : LinkSettings.ReadMac(fromVariable, "MAC in CNI_ARGS");
    }

    private static List<int> ReadTrunk(JsonFields json)
    {
        var chosen = new bool[MaxVlan + 1];
        foreach (var item in json.Objects("vlanTrunk"))
        {
            int? minId = item.NullableInt("minID"), maxId = item.NullableInt("maxID"), id = item.NullableInt("id");
            if (minId is { } min && maxId is { } max)
            {
                CheckVlan(min, "minID", item);
                CheckVlan(max, "maxID", item);
                if (max < min)
                    throw Invalid("minID is greater than maxID in trunk parameter", $"{item.Path}: minID {min}, maxID {max}.");
                chosen.AsSpan(min, max - min + 1).Fill(true);
            }
            else if (minId is not null || maxId is not null)
            {
                string missing = minId is null ? "minID" : "maxID";
                throw Invalid($"minID and maxID should be configured simultaneously, {missing} is missing", item.Path);
            }
            if (id is { } single)
            {
                CheckVlan(single, "id", item);
                chosen[single] = true;
            }
        }
        var vlans = new List<int>();
        for (int vlan = 1; vlan <= MaxVlan; vlan++)
        {
            if (chosen[vlan])
                vlans.Add(vlan);
        }
        return vlans;
    }

    private static void CheckVlan(int vlan, string key, JsonFields item)
    {
        if (vlan is <= 0 or > MaxVlan)
            throw Invalid($"incorrect trunk {key} parameter", $"{item.Path}: found {vlan}, allowed are 1 to {MaxVlan}.");
    }

    private static CniException Invalid(string message, string details = "") =>
        new(CniErrorCode.InvalidNetworkConfig, message, details);
}
