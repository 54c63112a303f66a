using System.Runtime.CompilerServices;
using System.Text;
using MultiNet.Networks;

namespace MultiNet.Validation.Tests;

/// <summary>docs/rules.md says what the registry says.</summary>
public sealed class DocumentationTests
{
    private static string Page([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../docs/rules.md"));

    [Fact]
    public void RulesPage_IsThatOfTheRegistry()
    {
        string page = File.ReadAllText(Page());
        string expected = page[..page.IndexOf("\n## ", StringComparison.Ordinal)] + Tables();
        // MULTINET_UPDATE_DOCS=1 writes the page anew.
        if (Environment.GetEnvironmentVariable("MULTINET_UPDATE_DOCS") == "1")
            File.WriteAllText(Page(), expected);
        else
            Assert.Equal(expected, page);
    }

    private static string Tables()
    {
        var text = new StringBuilder();
        foreach (var (group, title) in RuleCatalogue.Groups)
        {
            text.Append($"\n## {title} ({group})\n\n| rule | demands | worst | why |\n|---|---|---|---|\n");
            foreach (var rule in RuleCatalogue.Rules.Where(rule => rule.Group == group))
            {
                string worst = rule.Severity == ProblemSeverity.Error ? "error" : "warning";
                text.Append($"| {rule.Id} | {rule.Title.Replace("|", "\\|")} | {worst}{(rule.Level == RuleLevel.Cluster ? ", *cluster*" : "")} | {rule.Explanation.Replace("|", "\\|")} |\n");
            }
        }
        return text.ToString();
    }
}
