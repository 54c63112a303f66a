using System.Text.Json;

namespace MultiNet.Meta.CommandLine.Lint;

/// <summary>The report as JSON (docs/lint.md).</summary>
internal static class LintJson
{
    /// <summary>Writes the report.</summary>
    public static void Write(Utf8JsonWriter json, LintReport report)
    {
        json.WriteStartObject();
        json.WriteStartArray("findings");
        foreach (var (finding, position, kind, name) in report.Findings)
        {
            json.WriteStartObject();
            json.WriteString("file", position.File);
            json.WriteNumber("line", position.Line);
            json.WriteNumber("column", position.Column);
            json.WriteString("rule", finding.Rule);
            json.WriteString("severity", finding.IsError ? "error" : "warning");
            json.WriteString("kind", kind);
            json.WriteString("object", name);
            json.WriteString("path", finding.FullPath);
            json.WriteString("message", finding.Message);
            json.WriteString("suggestion", finding.Suggestion);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("skipped");
        foreach (string reason in report.Skipped)
            json.WriteStringValue(reason);
        json.WriteEndArray();
        json.WriteNumber("errors", report.Errors);
        json.WriteNumber("warnings", report.Warnings);
        json.WriteNumber("objects", report.Objects);
        json.WriteNumber("files", report.Files);
        json.WriteEndObject();
    }
}
