using System.Text;
using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Delegates.Firewall;

/// <summary>The configuration of the firewall plugin. Key by key: docs/plugins/firewall.md.</summary>
internal sealed record FirewallConfig
{
    /// <summary>The zone where none is named.</summary>
    public const string DefaultZone = "trusted";

    /// <summary>The chain where none is named.</summary>
    public const string DefaultAdminChain = "CNI-ADMIN";

    // linux/netfilter/x_tables.h: XT_EXTENSION_MAXNAMELEN is 29, with the final zero.
    private const int LongestChain = 28;

    // D-Bus would take 255 bytes for a name; firewalld takes 17 characters, and says so.
    private const int LongestZone = 255;

    /// <summary><c>backend</c>.</summary>
    public FirewallBackend Backend { get; init; }

    /// <summary><c>iptablesAdminChainName</c>: the administrator's own chain, looked at before the rules of containers.</summary>
    public string AdminChain { get; init; } = DefaultAdminChain;

    /// <summary><c>firewalldZone</c>: the zone that the containers' addresses belong to.</summary>
    public string Zone { get; init; } = DefaultZone;

    /// <summary><c>ingressPolicy</c>.</summary>
    public IngressPolicy Policy { get; init; }

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a value that cannot be.</exception>
    public static FirewallConfig Read(JsonFields config) => new()
    {
        Backend = ReadBackend(config),
        AdminChain = ReadAdminChain(config),
        Zone = ReadZone(config),
        Policy = ReadPolicy(config),
    };

    /// <summary>Reads <c>backend</c>.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static FirewallBackend ReadBackend(JsonFields config) => config.String("backend") switch
    {
        "" => FirewallBackend.Default,
        "iptables" => FirewallBackend.Iptables,
        "firewalld" => FirewallBackend.Firewalld,
        var other => throw Invalid($"unknown firewall backend: \"{other}\"", "backend must be \"iptables\" or \"firewalld\", or be left out: then it is firewalld where that runs, else iptables."),
    };

    /// <summary>Reads <c>firewalldZone</c>.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static string ReadZone(JsonFields config)
    {
        string zone = config.String("firewalldZone");
        if (zone.Length == 0)
            return DefaultZone;
        bool valid = Encoding.UTF8.GetByteCount(zone) <= LongestZone;
        foreach (char c in zone)
            valid &= !char.IsControl(c);
        return valid ? zone : throw Invalid("firewalldZone is no name of a zone", "It holds control characters, or more than 255 bytes. `firewall-cmd --get-zones` lists the zones.");
    }

    /// <summary>The policy as it is written.</summary>
    public static string NameOf(IngressPolicy policy) => policy switch
    {
        IngressPolicy.SameBridge => "same-bridge",
        IngressPolicy.Isolated => "isolated",
        _ => "open",
    };

    /// <summary>The policy of a name; null where it is none.</summary>
    public static IngressPolicy? PolicyOf(string name) => name switch
    {
        "" or "open" => IngressPolicy.Open,
        "same-bridge" => IngressPolicy.SameBridge,
        "isolated" => IngressPolicy.Isolated,
        _ => null,
    };

    private static IngressPolicy ReadPolicy(JsonFields config) => PolicyOf(config.String("ingressPolicy"))
        ?? throw Invalid($"unknown ingress policy: \"{config.String("ingressPolicy")}\"", "ingressPolicy must be \"open\", \"same-bridge\" or \"isolated\".");

    private static string ReadAdminChain(JsonFields config)
    {
        string chain = config.String("iptablesAdminChainName");
        if (chain.Length == 0)
            return DefaultAdminChain;
        string problem = chain switch
        {
            // Our own rules lead into it: a loop.
            "FORWARD" or ForwardRules.Chain => "It is the chain that leads into it.",
            "ACCEPT" or "DROP" or "RETURN" or "QUEUE" or "REJECT" => "That is a target of iptables.",
            "INPUT" or "OUTPUT" => "That is a chain of the kernel, into which no rule may lead.",
            _ when Encoding.UTF8.GetByteCount(chain) > LongestChain => $"It has {Encoding.UTF8.GetByteCount(chain)} bytes; iptables takes {LongestChain}.",
            _ when chain[0] is '-' or '!' => "It begins with - or !.",
            _ when HoldsBlank(chain) => "It holds a blank or a control character.",
            _ => "",
        };
        return problem.Length == 0 ? chain : throw Invalid($"invalid iptablesAdminChainName \"{IptablesName(chain)}\"", problem);
    }

    private static bool HoldsBlank(string chain)
    {
        foreach (char c in chain)
        {
            if (char.IsControl(c) || char.IsWhiteSpace(c) || c is '"' or '\\')
                return true;
        }
        return false;
    }

    private static string IptablesName(string chain) => chain.Length <= 100 ? chain : chain[..100] + "...";

    private static CniException Invalid(string message, string details) => new(CniErrorCode.InvalidNetworkConfig, message, details);
}
