using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.SingleInterface;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Vlan;

/// <summary>The configuration of the vlan plugin. Key by key: docs/plugins/vlan.md.</summary>
internal sealed record VlanConfig : SingleInterfaceConfig
{
    private const int LargestId = 4094;

    /// <summary><c>vlanId</c>, <c>vlanProto</c>, <c>egressPriorities</c> and <c>ingressPriorities</c>.</summary>
    public required VlanSettings Vlan { get; init; }

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a bad value, no master, or no IPAM plugin.</exception>
    public static VlanConfig Read(PluginContext context)
    {
        var json = context.Config;
        var master = MasterSetting.Read(context);
        if (master.Name.Length == 0)
            throw Invalid("\"master\" field is required. It specifies the host interface name to create the VLAN for");
        int id = json.Int("vlanId");
        if (id is < 0 or > LargestId)
            throw Invalid($"invalid VLAN ID {id} (must be between 0 and 4095 inclusive)", $"Allowed are 0 to {LargestId}; 4095 is reserved.");
        var config = new VlanConfig
        {
            Master = master,
            Vlan = new VlanSettings
            {
                Id = (ushort)id,
                Protocol = ReadProtocol(json.String("vlanProto")),
                EgressPriorities = ReadPriorities(json, "egressPriorities", uint.MaxValue, 7),
                IngressPriorities = ReadPriorities(json, "ingressPriorities", 7, uint.MaxValue),
            },
            Mtu = ReadMtuBelowMaster(json),
            EnableDad = json.Bool("enabledad"),
            Dns = DnsConfig.Read(json),
        };
        RequireIpam(context, "vlan requires an IPAM configuration");
        return config;
    }

    // In the words of sriov-cni, which has the same key.
    private static VlanProtocol ReadProtocol(string text) => text.ToLowerInvariant() switch
    {
        "" or "802.1q" => VlanProtocol.Ieee8021Q,
        "802.1ad" => VlanProtocol.Ieee8021Ad,
        _ => throw Invalid($"invalid VLAN protocol \"{text}\"", "\"vlanProto\" is \"802.1q\" (default) or \"802.1ad\"."),
    };

    private static List<VlanPriority> ReadPriorities(JsonFields json, string key, uint largestFrom, uint largestTo)
    {
        var priorities = new List<VlanPriority>();
        foreach (var item in json.Objects(key))
            priorities.Add(new VlanPriority(ReadPriority(item, "from", largestFrom), ReadPriority(item, "to", largestTo)));
        return priorities;
    }

    private static uint ReadPriority(JsonFields item, string key, uint largest) => item.NullableULong(key) switch
    {
        { } value when value <= largest => (uint)value,
        { } value => throw Invalid($"invalid VLAN priority {value}", $"{item.PathOf(key)}: allowed are 0 to {largest}."),
        null => throw Invalid("a VLAN priority is missing", $"{item.Path} needs \"from\" and \"to\"."),
    };
}
