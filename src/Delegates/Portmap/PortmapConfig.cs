using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Delegates.Portmap;

/// <summary>The configuration of the portmap plugin. Key by key: docs/plugins/portmap.md.</summary>
internal sealed record PortmapConfig
{
    /// <summary>The bit of the mark by default. Kubernetes uses 14 and 15, Calico 20 to 31.</summary>
    private const int DefaultMarkBit = 13;

    private const string Iptables = "iptables", Nftables = "nftables";

    /// <summary><c>backend</c>; null where it is not said.</summary>
    public PortmapBackend? Backend { get; init; }

    /// <summary><c>snat</c>: what comes from the host itself and from the container's own network gets the host's address.</summary>
    public bool Snat { get; init; }

    /// <summary><c>masqAll</c>: what comes from anywhere does.</summary>
    public bool MasqAll { get; init; }

    /// <summary><c>markMasqBit</c>, 0 to 31; iptables only.</summary>
    public int MarkBit { get; init; }

    /// <summary><c>externalSetMarkChain</c>; iptables only.</summary>
    public string? SetMarkChain { get; init; }

    /// <summary><c>conditionsV4</c>: arguments of iptables, or text of nft rules.</summary>
    public IReadOnlyList<string> ConditionsV4 { get; init; } = [];

    /// <summary><c>conditionsV6</c>.</summary>
    public IReadOnlyList<string> ConditionsV6 { get; init; } = [];

    /// <summary>The capability <c>portMappings</c>.</summary>
    public IReadOnlyList<PortMapping> Mappings { get; init; } = [];

    /// <summary>Is part of it for iptables alone?</summary>
    public bool IsForIptables => SetMarkChain is not null || ConditionsV4.Count + ConditionsV6.Count > 0;

    /// <summary>Reads the configuration.</summary>
    /// <param name="context">The call.</param>
    /// <param name="defaultBackend">The backend that is used where none is named: options of the other one are refused.</param>
    /// <exception cref="CniException">Code 6: a key of another type. Code 7: a bad value.</exception>
    public static PortmapConfig Read(PluginContext context, PortmapBackend defaultBackend)
    {
        var config = context.Config;
        int? bit = config.NullableInt("markMasqBit");
        string? chain = config.Has("externalSetMarkChain") ? config.String("externalSetMarkChain") : null;
        var (v4, v6) = (config.Strings("conditionsV4"), config.Strings("conditionsV6"));
        var snat = config.Bool("snat", fallback: true);
        bool masqAll = config.Bool("masqAll");
        if (bit is not null && chain is not null)
            throw Invalid("Cannot specify externalSetMarkChain and markMasqBit", "The chain sets a mark of its own; leave one of them out.");
        if (bit is < 0 or > 31)
            throw Invalid("MasqMarkBit must be between 0 and 31", $"{config.PathOf("markMasqBit")} is {bit}.");
        var backend = ReadBackend(config, defaultBackend, chain, v4, v6);
        return new PortmapConfig
        {
            Backend = backend,
            Snat = snat,
            MasqAll = masqAll,
            MarkBit = bit ?? DefaultMarkBit,
            SetMarkChain = chain,
            ConditionsV4 = Said(v4),
            ConditionsV6 = Said(v6),
            Mappings = PortMapping.ReadAll(context.RuntimeConfig, "portMappings"),
        };
    }

    private static PortmapBackend? ReadBackend(
        JsonFields config, PortmapBackend defaultBackend, string? chain, IReadOnlyList<string> v4, IReadOnlyList<string> v6)
    {
        string name = config.Has("backend") ? config.String("backend") : defaultBackend == PortmapBackend.Iptables ? Iptables : Nftables;
        string other = name == Iptables ? Nftables : Iptables;
        var wrong = new List<string>();
        if (chain is not null && other == Iptables)
            wrong.Add("externalSetMarkChain");
        if (BackendOf(v4) == other)
            wrong.Add("conditionsV4");
        if (BackendOf(v6) == other)
            wrong.Add("conditionsV6");
        if (wrong.Count > 0)
        {
            throw Invalid(
                $"{name} backend was requested but configuration contains {other}-specific options [{string.Join(' ', wrong)}]",
                config.Has("backend") ? "" : $"\"backend\" is not set, and on this host that means {name}.");
        }
        return name switch
        {
            _ when !config.Has("backend") => null,
            Iptables => PortmapBackend.Iptables,
            Nftables => PortmapBackend.Nftables,
            _ => throw Invalid($"unrecognized backend \"{name}\"", "backend must be \"iptables\" or \"nftables\", or be left out."),
        };
    }

    // Every condition of iptables begins with an option, perhaps negated; none of nftables does.
    private static string BackendOf(IReadOnlyList<string> conditions) =>
        Said(conditions).Count == 0 ? "" : conditions[0][0] is '-' or '!' ? Iptables : Nftables;

    private static IReadOnlyList<string> Said(IReadOnlyList<string> conditions) => conditions.Count == 0 || conditions[0].Length == 0 ? [] : conditions;

    private static CniException Invalid(string message, string details) => new(CniErrorCode.InvalidNetworkConfig, message, details);
}
