using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tuning;

/// <summary>The plugin's configuration. A value of <c>args.cni</c> wins over the capability, that over <c>CNI_ARGS</c>, that over the configuration.</summary>
internal sealed record TuningConfig
{
    private const string DefaultDataDir = "/run/cni/tuning";

    /// <summary>Kernel parameters to set, in the order of the configuration, then those of <c>args.cni</c>.</summary>
    public required IReadOnlyList<SysctlSetting> Sysctls { get; init; }

    /// <summary>The hardware address to set, or null.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>Make the interface promiscuous? False leaves it as it is.</summary>
    public bool Promiscuous { get; init; }

    /// <summary>The MTU to set, or null.</summary>
    public int? Mtu { get; init; }

    /// <summary>The length of the transmit queue to set, or null.</summary>
    public int? TxQueueLength { get; init; }

    /// <summary>All-multicast mode to set, or null.</summary>
    public bool? AllMulticast { get; init; }

    /// <summary>Is there anything to change on the interface itself?</summary>
    public bool ChangesLink => Mac is not null || Promiscuous || Mtu is not null || TxQueueLength is not null || AllMulticast is not null;

    /// <summary>Reads and checks everything but the allowlist.</summary>
    /// <exception cref="CniException">Code 4: <c>CNI_ARGS</c>. Code 6: wrong JSON types. Code 7: a value that cannot be set.</exception>
    public static TuningConfig Read(PluginContext context)
    {
        var config = context.Config;
        var args = context.ArgsCni;
        string mac = config.String("mac"), source = "mac";
        if (CniArgs.Parse(context.Call.Args, "MAC")["MAC"] is { Length: > 0 } given)
            (mac, source) = (given, "MAC in CNI_ARGS");
        if (context.RuntimeConfig.String("mac") is { Length: > 0 } wanted)
            (mac, source) = (wanted, "runtimeConfig.mac");
        if (args.Has("mac"))
            (mac, source) = (args.String("mac"), "args.cni.mac");
        int mtu = args.NullableInt("mtu") ?? config.Int("mtu");
        return new TuningConfig
        {
            Sysctls = ReadSysctls(config, args, context.Call.IfName),
            Mac = ReadMac(mac, source),
            Promiscuous = args.NullableBool("promisc") ?? config.Bool("promisc"),
            Mtu = mtu switch
            {
                0 => null,
                > 0 => mtu,
                _ => throw Invalid($"invalid MTU {mtu}", "mtu must be 0, which leaves it as it is, or a positive number of bytes."),
            },
            TxQueueLength = (args.NullableInt("txQLen") ?? config.NullableInt("txQLen")) switch
            {
                < 0 and var length => throw Invalid($"invalid transmit queue length {length}", "txQLen must be 0 or a positive number of packets."),
                var length => length,
            },
            AllMulticast = args.NullableBool("allmulti") ?? config.NullableBool("allmulti"),
        };
    }

    /// <summary>The directory of the backups. All that DEL and GC need.</summary>
    /// <exception cref="CniException">Code 6: another type. Code 7: not a path.</exception>
    public static string ReadDataDir(PluginContext context)
    {
        string dataDir = context.Config.String("dataDir");
        if (dataDir.Contains('\0'))
            throw Invalid("invalid dataDir", "dataDir contains a NUL character.");
        return dataDir.Length == 0 ? DefaultDataDir : dataDir;
    }

    /// <summary>The same for DEL, which works also where the key is wrong: then ADD was refused, or another one was meant.</summary>
    public static string FindDataDir(PluginContext context)
    {
        try
        {
            return ReadDataDir(context);
        }
        catch (CniException)
        {
            return DefaultDataDir;
        }
    }

    private static List<SysctlSetting> ReadSysctls(JsonFields config, JsonFields args, string ifName)
    {
        var settings = new List<SysctlSetting>();
        foreach (var setting in ReadMap(config.Object("sysctl"), ifName))
        {
            if (settings.Exists(other => other.Path == setting.Path))
            {
                throw Invalid(
                    "duplicated sysctl keys are not allowed",
                    $"\"{Shortened.Text(setting.Key, 200)}\" in \"sysctl\" names {setting.File} a second time.");
            }
            settings.Add(setting);
        }
        foreach (var setting in ReadMap(args.Object("sysctl"), ifName))
        {
            settings.RemoveAll(other => other.Path == setting.Path);
            settings.Add(setting);
        }
        return settings;
    }

    private static List<SysctlSetting> ReadMap(JsonFields map, string ifName)
    {
        var settings = new List<SysctlSetting>();
        foreach (var (key, value) in map.Members())
            settings.Add(SysctlSetting.Of(key, JsonFields.AsString(value, map.PathOf(Shortened.Text(key, 200))), ifName));
        return settings;
    }

    private static MacAddress? ReadMac(string text, string source)
    {
        if (text.Length == 0)
            return null;
        return MacAddress.TryParse(text, out var mac)
            ? mac
            : throw Invalid($"invalid args {Shortened.Text(text, 80)} for MAC addr: address {Shortened.Text(text, 80)}: invalid MAC address", $"{source} must be a hardware address such as 0a:58:0a:01:02:03.");
    }

    private static CniException Invalid(string message, string details) =>
        new(CniErrorCode.InvalidNetworkConfig, message, details);
}
