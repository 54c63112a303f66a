using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.SingleInterface;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Ipvlan;

/// <summary>The configuration of the ipvlan plugin. Key by key: docs/plugins/ipvlan.md.</summary>
internal sealed record IpvlanConfig : SingleInterfaceConfig
{
    /// <summary><c>mode</c>.</summary>
    public IpvlanMode Mode { get; init; }

    /// <summary><c>flag</c>: how the master's interfaces see each other; null leaves what is.</summary>
    public IpvlanFlags? Flags { get; init; }

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a bad value, or no IPAM plugin.</exception>
    public static IpvlanConfig Read(PluginContext context)
    {
        var config = new IpvlanConfig
        {
            Master = ReadMaster(context),
            Mode = ReadMode(context.Config.String("mode")),
            Flags = ReadFlag(context.Config.String("flag")),
            Mtu = LinkSettings.ReadMtu(context.Config),
            EnableDad = context.Config.Bool("enabledad"),
            Dns = DnsConfig.Read(context.Config),
        };
        if (context.Call.Verb == CniVerb.Status || context.PrevResult is not { IPs.Count: > 0 })
            RequireIpam(context, "ipvlan requires an IPAM configuration");
        return config;
    }

    // Chained, it stands on the interface of the plugin before it. In CHECK, prevResult is our own result.
    private static MasterSetting ReadMaster(PluginContext context)
    {
        var setting = MasterSetting.Read(context);
        if (setting.Name.Length > 0 || context.Call.Verb != CniVerb.Add || context.PrevResult is not { } previous)
            return setting;
        return previous.Interfaces is [{ Name.Length: > 0 } only]
            ? setting with { Name = only.Name }
            : throw Invalid(
                "chained master failure. PrevResult lacks a single named interface",
                $"\"master\" is not set, so that the interface of the plugin before this one is the master; it returned {previous.Interfaces.Count}.");
    }

    private static IpvlanMode ReadMode(string text) => text switch
    {
        "" or "l2" => IpvlanMode.L2,
        "l3" => IpvlanMode.L3,
        "l3s" => IpvlanMode.L3S,
        _ => throw Invalid($"unknown ipvlan mode: \"{text}\"", "\"mode\" is \"l2\" (default), \"l3\" or \"l3s\"."),
    };

    private static IpvlanFlags? ReadFlag(string text) => text switch
    {
        "" => null,
        "bridge" => IpvlanFlags.None,
        "private" => IpvlanFlags.Private,
        "vepa" => IpvlanFlags.Vepa,
        _ => throw Invalid($"unknown ipvlan flag: \"{text}\"", "\"flag\" is \"bridge\", \"private\" or \"vepa\"."),
    };
}
