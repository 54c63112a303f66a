using System.Text.Json;
using MultiNet.Networks;
using MultiNet.Validation;

namespace MultiNet.Meta.CommandLine.Lint;

/// <summary>The report in SARIF 2.1.0 (OASIS), which code hosts show beside the lines.</summary>
internal static class LintSarif
{
    /// <summary>Writes the report.</summary>
    public static void Write(Utf8JsonWriter json, LintReport report)
    {
        var rules = new List<string>();
        foreach (var found in report.Findings)
        {
            if (!rules.Contains(found.Finding.Rule))
                rules.Add(found.Finding.Rule);
        }
        json.WriteStartObject();
        json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        WriteTool(json, rules);
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartArray("results");
        foreach (var found in report.Findings)
            WriteResult(json, found, rules.IndexOf(found.Finding.Rule));
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTool(Utf8JsonWriter json, List<string> rules)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "multinet lint");
        json.WriteStartArray("rules");
        foreach (string id in rules)
        {
            var rule = RuleCatalogue.Find(id) ?? new Rule(id, "The file holds objects of Kubernetes", ProblemSeverity.Error, RuleLevel.Pure, "Nothing else can be looked at.");
            json.WriteStartObject();
            json.WriteString("id", rule.Id);
            json.WriteStartObject("shortDescription");
            json.WriteString("text", rule.Title);
            json.WriteEndObject();
            json.WriteStartObject("fullDescription");
            json.WriteString("text", rule.Explanation);
            json.WriteEndObject();
            json.WriteStartObject("defaultConfiguration");
            json.WriteString("level", Level(rule.Severity == ProblemSeverity.Error));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, LintFinding found, int ruleIndex)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", found.Finding.Rule);
        json.WriteNumber("ruleIndex", ruleIndex);
        json.WriteString("level", Level(found.Finding.IsError));
        json.WriteStartObject("message");
        json.WriteString("text", found.Finding.Text);
        json.WriteEndObject();
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", UriOf(found.Position.File));
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", found.Position.Line);
        json.WriteNumber("startColumn", found.Position.Column);
        json.WriteEndObject();
        json.WriteEndObject();
        if (found.Kind.Length > 0)
        {
            json.WriteStartArray("logicalLocations");
            json.WriteStartObject();
            json.WriteString("fullyQualifiedName", $"{found.Kind} {found.Name} {found.Finding.FullPath}".TrimEnd());
            json.WriteEndObject();
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Level(bool isError) => isError ? "error" : "warning";

    // A relative reference: code hosts resolve it against the checkout.
    private static string UriOf(string file)
    {
        string[] parts = file.Split('/');
        for (int i = 0; i < parts.Length; i++)
            parts[i] = Uri.EscapeDataString(parts[i]);
        string path = string.Join('/', parts);
        return path.StartsWith('/') ? "file://" + path : path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
    }
}
