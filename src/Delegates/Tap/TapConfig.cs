using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.SingleInterface;

namespace MultiNet.Delegates.Tap;

/// <summary>The configuration of the tap plugin. Key by key: docs/plugins/tap.md.</summary>
internal sealed record TapConfig : SingleInterfaceConfig
{
    /// <summary><c>multiQueue</c>: it may be opened several times at once.</summary>
    public bool MultiQueue { get; init; }

    /// <summary><c>owner</c>: the user who may open it, or null.</summary>
    public uint? Owner { get; init; }

    /// <summary><c>group</c>: the group whose members may open it, or null.</summary>
    public uint? Group { get; init; }

    /// <summary><c>selinuxContext</c>: the SELinux context of the device; "" for the plugin's own.</summary>
    public string SelinuxContext { get; init; } = "";

    /// <summary><c>bridge</c>: the bridge in the container that it is a port of; "" for none.</summary>
    public string Bridge { get; init; } = "";

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a bad value. Code 4: CNI_ARGS.</exception>
    public static TapConfig Read(PluginContext context)
    {
        var json = context.Config;
        string bridge = json.String("bridge"), label = json.String("selinuxContext");
        return new TapConfig
        {
            MultiQueue = json.Bool("multiQueue"),
            Owner = ReadId(json, "owner"),
            Group = ReadId(json, "group"),
            SelinuxContext = label.Contains('\0') ? throw Invalid("invalid selinuxContext", "It holds a NUL.") : label,
            Bridge = bridge.Length == 0 ? "" : LinkSettings.CheckInterfaceName(bridge, "bridge"),
            Mtu = LinkSettings.ReadMtu(json),
            Mac = ReadMac(context),
            EnableDad = json.Bool("enabledad"),
            Dns = DnsConfig.Read(json),
        };
    }

    // The largest number means "nobody" to the kernel.
    private static uint? ReadId(JsonFields json, string key) => json.NullableULong(key) switch
    {
        null => null,
        < uint.MaxValue and var id => (uint)id,
        var id => throw Invalid($"invalid {key} {id}", $"\"{key}\" is a number from 0 to {uint.MaxValue - 1}."),
    };
}
