using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>
/// Reads the object <c>validation</c> of the webhook's configuration, of which <c>multinet lint</c> takes the same: which rules count, and what
/// an operator says of the cluster.
/// </summary>
public static class ValidationOptionsReader
{
    /// <summary>Reads it; the defaults where it is absent.</summary>
    /// <exception cref="CniException">Code 6: a value of another type. Code 7: an unknown key or rule, a value that is not allowed.</exception>
    public static ValidationOptions Read(JsonFields fields)
    {
        StrictKeys.RefuseUnknown(
            fields, "profile", "rules", "knownPlugins", "allowedPlugins", "deniedPlugins", "protectedInterfaces", "allowedSysctls", "clusterNetworks", "podInterface",
            "namespaceIsolation", "globalNamespaces", "multusNamespace", "defaultNetworks");
        var defaults = ValidationOptions.Default;
        return new ValidationOptions
        {
            Policy = new ValidationPolicy
            {
                Profile = StrictKeys.Word(
                    fields, "profile", PolicyProfile.Standard, ("standard", PolicyProfile.Standard), ("strict", PolicyProfile.Strict), ("audit", PolicyProfile.Audit)),
                Rules = ReadRules(fields.Object("rules")),
            },
            KnownPlugins = fields.Strings("knownPlugins"),
            AllowedPlugins = fields.Strings("allowedPlugins"),
            DeniedPlugins = fields.Strings("deniedPlugins"),
            ProtectedInterfaces = fields.Strings("protectedInterfaces"),
            AllowedSysctls = fields.Strings("allowedSysctls"),
            ClusterNetworks = ReadNetworks(fields),
            PodInterface = ReadInterface(fields, defaults.PodInterface),
            NamespaceIsolation = fields.Bool("namespaceIsolation"),
            GlobalNamespaces = fields.Has("globalNamespaces") ? ReadNamespaces(fields) : defaults.GlobalNamespaces,
            MultusNamespace = fields.String("multusNamespace", defaults.MultusNamespace),
            DefaultNetworks = ReadDefinitions(fields, fields.String("multusNamespace", defaults.MultusNamespace)),
        };
    }

    private static Dictionary<string, RuleAction> ReadRules(JsonFields fields)
    {
        var rules = new Dictionary<string, RuleAction>(StringComparer.Ordinal);
        foreach (var (id, _) in fields.Members())
        {
            if (RuleCatalogue.Find(id) is null)
                throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{fields.PathOf(id)}: there is no such rule", "docs/rules.md lists them");
            rules[id] = StrictKeys.Word(fields, id, RuleAction.Warn, ("off", RuleAction.Off), ("warn", RuleAction.Warn), ("deny", RuleAction.Deny));
        }
        return rules;
    }

    private static List<IPPrefix> ReadNetworks(JsonFields fields)
    {
        var networks = new List<IPPrefix>();
        foreach (string text in fields.Strings("clusterNetworks"))
        {
            networks.Add(IPPrefix.TryParse(text, out var network)
                ? network
                : throw StrictKeys.Invalid(fields.PathOf("clusterNetworks"), text, "no network", "expected networks such as \"10.244.0.0/16\""));
        }
        return networks;
    }

    // As in the configuration of multinet: a name without a namespace is one of the Multus namespace.
    private static List<string> ReadDefinitions(JsonFields fields, string @namespace)
    {
        var names = new List<string>();
        foreach (string name in fields.Strings("defaultNetworks"))
            names.Add(name.Contains('/') ? name : $"{@namespace}/{name}");
        return names;
    }

    private static string ReadInterface(JsonFields fields, string fallback)
    {
        string name = fields.String("podInterface", fallback);
        return InterfaceNameRule.WhyInvalid(name) is { } reason ? throw StrictKeys.Invalid(fields.PathOf("podInterface"), name, "no name of an interface", reason) : name;
    }

    // A list; or, as in the configuration of multinet and Multus, one text with commas.
    private static IReadOnlyList<string> ReadNamespaces(JsonFields fields) =>
        fields.TryGet("globalNamespaces", out var value) && value.ValueKind == System.Text.Json.JsonValueKind.Array
            ? fields.Strings("globalNamespaces")
            : fields.String("globalNamespaces").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
