using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Validation;

namespace MultiNet.Meta.CommandLine.Lint;

/// <summary>Reads <c>--profile</c> and <c>--rules</c>.</summary>
internal static class LintPolicy
{
    /// <summary>The policy that the options describe.</summary>
    /// <exception cref="MisuseException">An unknown rule or action.</exception>
    public static ValidationPolicy Read(ParsedArguments arguments) => new()
    {
        Profile = arguments.Value("--profile") switch
        {
            "strict" => PolicyProfile.Strict,
            "audit" => PolicyProfile.Audit,
            _ => PolicyProfile.Standard,
        },
        Rules = ReadRules(arguments.Value("--rules") ?? ""),
    };

    private static Dictionary<string, RuleAction> ReadRules(string text)
    {
        var rules = new Dictionary<string, RuleAction>(StringComparer.Ordinal);
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
