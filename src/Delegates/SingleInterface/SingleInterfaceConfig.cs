using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.SingleInterface;

/// <summary>The keys that plugins with one interface have in common.</summary>
internal abstract record SingleInterfaceConfig
{
    /// <summary>The interface on which the container's stands, or null for a kind that stands on none.</summary>
    public MasterSetting? Master { get; init; }

    /// <summary><c>mtu</c> in bytes; 0 leaves it to the kernel.</summary>
    public int Mtu { get; init; }

    /// <summary>The hardware address, or null where the kernel chooses it.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary><c>enabledad</c>: IPv6 addresses are checked for duplicates, for which ADD waits.</summary>
    public bool EnableDad { get; init; }

    /// <summary><c>dns</c>, or null where the IPAM plugin's settings stand.</summary>
    public CniDns? Dns { get; init; }

    /// <summary>Reads <c>mtu</c> of an interface whose master's MTU is the limit.</summary>
    /// <exception cref="CniException">Code 6: another type. Numbers are checked when the master is known.</exception>
    protected static int ReadMtuBelowMaster(JsonFields config) => config.Int("mtu");

    /// <summary>Reads the hardware address: <c>runtimeConfig.mac</c>, else <c>MAC</c> in CNI_ARGS, else <c>mac</c>.</summary>
    /// <exception cref="CniException">Code 6: another type. Code 7: no unicast Ethernet address. Code 4: CNI_ARGS.</exception>
    protected static MacAddress? ReadMac(PluginContext context)
    {
        // Decoded before one is chosen: a value of another type is an error wherever it stands.
        string fromVariable = CniArgs.Parse(context.Call.Args, "MAC")["MAC"] ?? "";
        string fromConfig = context.Config.String("mac");
        string fromRuntime = context.RuntimeConfig.String("mac");
        if (fromRuntime.Length > 0)
            return LinkSettings.ReadMac(fromRuntime, "runtimeConfig.mac");
        return fromVariable.Length > 0 ? LinkSettings.ReadMac(fromVariable, "MAC in CNI_ARGS") : LinkSettings.ReadMac(fromConfig, "mac");
    }

    /// <summary>Demands an IPAM plugin.</summary>
    /// <param name="context">The call.</param>
    /// <param name="message">The error's message.</param>
    /// <exception cref="CniException">Code 7: there is none.</exception>
    protected static void RequireIpam(PluginContext context, string message)
    {
        if (!context.HasIpam)
            throw Invalid(message, "\"ipam\" with a \"type\" is missing: the plugin makes no interface without addresses.");
    }

    /// <summary>The error for a configuration that cannot be.</summary>
    protected static CniException Invalid(string message, string details = "") => new(CniErrorCode.InvalidNetworkConfig, message, details);
}
