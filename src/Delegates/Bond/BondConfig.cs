using System.Globalization;
using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bond;

/// <summary>The configuration of the bond plugin. Key by key: docs/plugins/bond.md.</summary>
internal sealed record BondConfig
{
    private const int SmallestMtu = 68;
    private const int LargestMtu = 65535;

    // In the order of the kernel's numbers, which are allowed, too.
    private static readonly string[] s_modes = ["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"];
    private static readonly string[] s_hashes = ["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"];

    /// <summary><c>ifname</c>: the bond's name; CNI_IFNAME by default.</summary>
    public required string Name { get; init; }

    /// <summary><c>links</c>: the names of the members.</summary>
    public required IReadOnlyList<string> Links { get; init; }

    /// <summary><c>linksInContainer</c>: they are in the container already; if not, they are on the host.</summary>
    public bool LinksInContainer { get; init; }

    /// <summary><c>mtu</c> in bytes; 0 for 1500, or what the smallest member has.</summary>
    public int Mtu { get; init; }

    /// <summary><c>mac</c> and what comes before it; null for that of the first member.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary><c>mode</c>, <c>miimon</c>, <c>failOverMac</c>, <c>xmitHashPolicy</c>, <c>allSlavesActive</c>, <c>tlbDynamicLb</c>.</summary>
    public required BondSettings Settings { get; init; }

    /// <summary><c>dns</c>, or null where the IPAM plugin's settings stand.</summary>
    public CniDns? Dns { get; init; }

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a bad value.</exception>
    public static BondConfig Read(PluginContext context)
    {
        var config = context.Config;
        if (context.IpamType == "bond")
            throw Invalid("bond is not a suitable IPAM type", "\"ipam\" names the plugin that assigns addresses, such as host-local.");
        return new BondConfig
        {
            Name = ReadName(context),
            Links = ReadLinks(config),
            LinksInContainer = config.Bool("linksInContainer"),
            Mtu = ReadMtu(config),
            Mac = ReadMac(context),
            Settings = ReadSettings(config),
            Dns = DnsConfig.Read(config),
        };
    }

    /// <summary>Reads <c>ifname</c> alone.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static string ReadName(PluginContext context) =>
        context.Config.String("ifname") is { Length: > 0 } name ? LinkSettings.CheckInterfaceName(name, "ifname") : context.Call.IfName;

    /// <summary>Reads <c>links</c> alone.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static IReadOnlyList<string> ReadLinks(JsonFields config)
    {
        var links = new List<string>();
        foreach (var item in config.Objects("links"))
        {
            string name = item.String("name");
            if (name.Length == 0)
                throw Invalid("failed to find link name", $"{item.PathOf("name")} is missing: each element of \"links\" is an object such as {{\"name\": \"net1\"}}.");
            LinkSettings.CheckInterfaceName(name, "links");
            if (links.Contains(name))
                throw Invalid($"the link {name} is named twice", "A bond's members are different interfaces.");
            links.Add(name);
        }
        return links.Count >= 2 ? links : throw Invalid(
            $"bonding requires at least two links, we have {links.Count}", "\"links\" names the interfaces that the bond is to be made of.");
    }

    private static BondSettings ReadSettings(JsonFields config)
    {
        var mode = (BondMode)Choice(config, "mode", s_modes, "bond mode");
        var settings = new BondSettings
        {
            Mode = mode,
            MonitorInterval = ReadMonitorInterval(config),
            FailOverMac = ReadFailOverMac(config),
            TransmitHash = config.Has("xmitHashPolicy") ? (BondTransmitHash)Choice(config, "xmitHashPolicy", s_hashes, "transmit hash policy") : null,
            AllPortsActive = ReadSwitch(config, "allSlavesActive"),
            DynamicLoad = ReadSwitch(config, "tlbDynamicLb"),
        };
        return settings.DynamicLoad is null || mode is BondMode.TransmitLoad or BondMode.AdaptiveLoad ? settings : throw Invalid(
            $"tlbDynamicLb means nothing in mode {s_modes[(int)mode]}", "It belongs to balance-tlb and balance-alb.");
    }

    private static int Choice(JsonFields config, string key, string[] names, string what)
    {
        string text = Text(config, key);
        int number = Array.IndexOf(names, text);
        if (number < 0 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int given) && given < names.Length)
            number = given;
        return number >= 0 ? number : throw Invalid($"invalid {what} \"{text}\"", $"\"{key}\" is one of {string.Join(", ", names)}, or the kernel's number for it.");
    }

    // A string by contract; people write numbers.
    private static string Text(JsonFields config, string key) =>
        config.TryGet(key, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetRawText() : config.String(key);

    private static uint ReadMonitorInterval(JsonFields config)
    {
        string text = Text(config, "miimon");
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint interval) && interval <= int.MaxValue ? interval : throw Invalid(
            $"failed to convert bondMiimon value ({text}) to an int", "\"miimon\" is the time between two looks at the members' carrier in milliseconds, such as \"100\"; \"0\" does not look.");
    }

    private static BondFailOverMac ReadFailOverMac(JsonFields config)
    {
        int value = config.Int("failOverMac");
        return value is >= 0 and <= 2
            ? (BondFailOverMac)value
            : throw Invalid($"FailOverMac mode should be 0, 1 or 2 actual: {value}", "0: all members have the bond's address; 1: the bond has the active member's; 2: the active member gets the bond's.");
    }

    // 0 and 1 by contract, as the kernel has it.
    private static bool? ReadSwitch(JsonFields config, string key)
    {
        if (!config.TryGet(key, out var value))
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.ValueKind == JsonValueKind.True;
        int number = config.Int(key);
        return number is 0 or 1 ? number == 1 : throw Invalid($"{key} should be 0 or 1 actual: {number}", "1 is on.");
    }

    private static int ReadMtu(JsonFields config)
    {
        int mtu = config.Int("mtu");
        if (mtu == 0 || mtu is >= SmallestMtu and <= LargestMtu)
            return mtu;
        throw Invalid($"invalid bond MTU value ({mtu}), should be {SmallestMtu} or bigger", $"Allowed is 0, for the members', or {SmallestMtu} to {LargestMtu}.");
    }

    private static MacAddress? ReadMac(PluginContext context)
    {
        string mac = context.Config.String("mac"), source = "mac";
        foreach (var (text, place) in ((string, string)[])[
            (CniArgs.Parse(context.Call.Args, "MAC")["MAC"] ?? "", "MAC in CNI_ARGS"), (context.ArgsCni.String("mac"), "args.cni.mac"), (context.RuntimeConfig.String("mac"), "runtimeConfig.mac")])
        {
            if (text.Length > 0)
                (mac, source) = (text, place);
        }
        return LinkSettings.ReadMac(mac, source);
    }

    private static CniException Invalid(string message, string details) => new(CniErrorCode.InvalidNetworkConfig, message, details);
}
