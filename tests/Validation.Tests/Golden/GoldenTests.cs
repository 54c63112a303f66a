using System.Runtime.CompilerServices;
using MultiNet.Networks;

namespace MultiNet.Validation.Tests.Golden;

/// <summary>Each rule of the catalogue accepts what is good and tells what is not.</summary>
public sealed class GoldenTests
{
    public static TheoryData<int> OfDefinitions => [.. Enumerable.Range(0, DefinitionCases.All.Count)];

    public static TheoryData<int> OfPods => [.. Enumerable.Range(0, PodCases.All.Count)];

    [Theory]
    [MemberData(nameof(OfDefinitions))]
    public void Rule_JudgesDefinitions(int index)
    {
        var golden = DefinitionCases.All[index];
        Accepts(golden.Rule, golden.Accepted.Validate(), golden.Accepted.Config);
        Assert.NotEmpty(golden.Rejected);
        foreach (var rejected in golden.Rejected)
            Rejects(golden.Rule, golden.IsWarning, rejected.Validate(), rejected.Config);
    }

    [Theory]
    [MemberData(nameof(OfPods))]
    public void Rule_JudgesPods(int index)
    {
        var golden = PodCases.All[index];
        Accepts(golden.Rule, golden.Accepted.Validate(), golden.Accepted.Networks);
        Assert.NotEmpty(golden.Rejected);
        foreach (var rejected in golden.Rejected)
            Rejects(golden.Rule, golden.IsWarning, rejected.Validate(), rejected.Networks);
    }

    public static TheoryData<int> OfLifecycle => [.. Enumerable.Range(0, LifecycleCases.All.Count)];

    [Theory]
    [MemberData(nameof(OfLifecycle))]
    public void Rule_JudgesChangesAndDeletions(int index)
    {
        var golden = LifecycleCases.All[index];
        Accepts(golden.Rule, golden.Accepted(), golden.Rule);
        Assert.NotEmpty(golden.Rejected);
        foreach (var rejected in golden.Rejected)
            Rejects(golden.Rule, golden.IsWarning, rejected(), golden.Rule);
    }

    public static TheoryData<int> OfOthers => [.. Enumerable.Range(0, BesideCases.All.Count)];

    [Theory]
    [MemberData(nameof(OfOthers))]
    public void Rule_JudgesPoliciesAndNamespaces(int index)
    {
        var golden = BesideCases.All[index];
        Accepts(golden.Rule, golden.Accepted(), golden.Rule);
        Assert.NotEmpty(golden.Rejected);
        foreach (var rejected in golden.Rejected)
            Rejects(golden.Rule, golden.IsWarning, rejected(), golden.Rule);
    }

    [Fact]
    public void EachRule_HasAGoldenCaseOfItsSeverity()
    {
        var rejecting = DefinitionCases.All.Select(golden => (golden.Rule, golden.IsWarning)).Concat(PodCases.All.Select(golden => (golden.Rule, golden.IsWarning)))
            .Concat(LifecycleCases.All.Concat(BesideCases.All).Select(golden => (golden.Rule, golden.IsWarning))).ToHashSet();
        var missing = RuleCatalogue.Rules.Where(rule => !rejecting.Contains((rule.Id, rule.Severity == ProblemSeverity.Warning)));
        Assert.Empty(missing.Select(rule => rule.Id));
    }

    [Fact]
    public void Catalogue_HasEachRuleThatTheSourceNames()
    {
        var named = new SortedSet<string>();
        foreach (string folder in (string[])["Validation", "Networks"])
        {
            foreach (string file in Directory.GetFiles(Path.Combine(Source(), folder), "*.cs", SearchOption.AllDirectories))
            {
                if (file.Contains("/obj/") || file.Contains("/DeviceInfo/") || Path.GetFileName(file).StartsWith("RuleCatalogue", StringComparison.Ordinal))
                    continue;
                foreach (System.Text.RegularExpressions.Match match in System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(file), "\"(MN-)?([A-Z]{2,3}-[0-9]{3})\""))
                    named.Add("MN-" + match.Groups[2].Value);
            }
        }
        Assert.Equal(RuleCatalogue.Rules.Select(rule => rule.Id).Order(StringComparer.Ordinal), named);
    }

    [Fact]
    public void Catalogue_TellsEveryRuleInFull()
    {
        foreach (var rule in RuleCatalogue.Rules)
        {
            Assert.NotEmpty(rule.Title);
            Assert.EndsWith(".", rule.Explanation.TrimEnd('"'), StringComparison.Ordinal);
            Assert.Contains(RuleCatalogue.Groups, group => group.Group == rule.Group);
        }
        Assert.All(ValidationPolicy.StrictRules, id => Assert.NotNull(RuleCatalogue.Find(id)));
    }

    private static string Source([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../../src"));

    private static void Accepts(string rule, ValidationReport report, string? input)
    {
        Assert.True(report.IsAllowed, $"{input}: {string.Join("\n", report.Findings)}");
        Assert.DoesNotContain(report.Findings, finding => finding.Rule == rule);
    }

    private static void Rejects(string rule, bool isWarning, ValidationReport report, string? input)
    {
        string shown = $"{rule} {(input?.Length > 500 ? input[..500] : input)}:\n{string.Join("\n", report.Findings)}";
        var found = report.Findings.Where(finding => finding.Rule == rule).ToList();
        Assert.True(found.Count > 0, shown);
        Assert.True(found.Exists(finding => finding.IsError) != isWarning, shown);
        // Nothing else is wrong with it: the case shows this rule.
        Assert.True(report.Findings.All(finding => !finding.IsError || finding.Rule == rule || rule == "MN-GEN-001"), shown);
        foreach (var finding in report.Findings)
        {
            Assert.InRange(finding.Text.Length, 10, 800);
            Assert.DoesNotContain('\n', finding.Text);
            Assert.NotNull(RuleCatalogue.Find(finding.Rule));
        }
    }
}
