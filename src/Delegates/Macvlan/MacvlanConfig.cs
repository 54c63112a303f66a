using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.SingleInterface;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Macvlan;

/// <summary>The configuration of the macvlan plugin. Key by key: docs/plugins/macvlan.md.</summary>
internal sealed record MacvlanConfig : SingleInterfaceConfig
{
    /// <summary><c>mode</c>.</summary>
    public MacvlanMode Mode { get; init; }

    /// <summary><c>bcqueuelen</c>: broadcasts that may wait in the master's queue; null leaves it to the kernel.</summary>
    public uint? BroadcastQueueLength { get; init; }

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a bad value. Code 4: CNI_ARGS.</exception>
    public static MacvlanConfig Read(PluginContext context) => new()
    {
        Master = MasterSetting.Read(context),
        Mode = ReadMode(context.Config.String("mode")),
        Mtu = ReadMtuBelowMaster(context.Config),
        Mac = ReadMac(context),
        BroadcastQueueLength = ReadQueue(context.Config),
        EnableDad = context.Config.Bool("enabledad"),
        Dns = DnsConfig.Read(context.Config),
    };

    private static MacvlanMode ReadMode(string text) => text switch
    {
        "" or "bridge" => MacvlanMode.Bridge,
        "private" => MacvlanMode.Private,
        "vepa" => MacvlanMode.Vepa,
        "passthru" => MacvlanMode.Passthru,
        _ => throw Invalid($"unknown macvlan mode: \"{text}\"", "\"mode\" is \"bridge\" (default), \"private\", \"vepa\" or \"passthru\"."),
    };

    private static uint? ReadQueue(JsonFields config) => config.NullableULong("bcqueuelen") switch
    {
        null or 0 => null,
        <= uint.MaxValue and var length => (uint)length,
        var length => throw Invalid($"invalid bcqueuelen {length}", $"Allowed are 0, which leaves it to the kernel, to {uint.MaxValue}."),
    };
}
