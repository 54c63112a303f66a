namespace MultiNet.Meta.CommandLine.Lint;

/// <summary>Prints findings as compilers do, one line each: <c>file:line:column: error: MN-BR-001: ...</c></summary>
internal static class LintText
{
    /// <summary>Prints the report; the summary is for people and goes to the standard error.</summary>
    public static void Write(CommandConsole console, LintReport report)
    {
        foreach (var (finding, position, kind, name) in report.Findings)
        {
            string subject = kind.Length == 0 ? "" : $" ({kind} {name}{(finding.FullPath.Length == 0 ? "" : " " + finding.FullPath)})";
            console.Out.Write($"{position}: {(finding.IsError ? "error" : "warning")}: {finding.Rule}: {finding.Text}{subject}\n");
        }
        foreach (string reason in report.Skipped)
            console.Say($"not checked: {reason}");
        console.Say($"{Count(report.Errors, "error")}, {Count(report.Warnings, "warning")} in {Count(report.Objects, "object")} of {Count(report.Files, "file")}");
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
