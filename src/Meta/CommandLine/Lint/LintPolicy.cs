using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Validation;

namespace MultiNet.Meta.CommandLine.Lint;

/// <summary>Reads <c>--profile</c> and <c>--rules</c>.</summary>
internal static class LintPolicy
{
    /// <summary>The policy that the options describe.</summary>
    /// <param name="arguments">The options.</param>
    /// <param name="given">What holds where they say nothing.</param>
    /// <exception cref="MisuseException">An unknown rule or action.</exception>
    public static ValidationPolicy Read(ParsedArguments arguments, ValidationPolicy given) => new()
    {
        Profile = arguments.Value("--profile") switch
        {
            "standard" => PolicyProfile.Standard,
            "strict" => PolicyProfile.Strict,
            "audit" => PolicyProfile.Audit,
            _ => given.Profile,
        },
        Rules = ReadRules(arguments.Value("--rules") ?? "", given.Rules),
    };

    private static Dictionary<string, RuleAction> ReadRules(string text, IReadOnlyDictionary<string, RuleAction> given)
    {
        var rules = new Dictionary<string, RuleAction>(given, StringComparer.Ordinal);
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=');
            string id = equals < 0 ? part : part[..equals], action = equals < 0 ? "" : part[(equals + 1)..];
            if (RuleCatalogue.Find(id) is null)
                throw new MisuseException($"--rules: there is no rule {id}; see docs/rules.md");
            rules[id] = action switch
            {
                "off" => RuleAction.Off,
                "warn" => RuleAction.Warn,
                "deny" => RuleAction.Deny,
                _ => throw new MisuseException($"--rules: {part}: write {id}=off, {id}=warn or {id}=deny"),
            };
        }
        return rules;
    }
}
