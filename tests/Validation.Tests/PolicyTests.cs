using MultiNet.Networks;
using MultiNet.Validation.Tests.Golden;

namespace MultiNet.Validation.Tests;

/// <summary>What an operator wants of the rules.</summary>
public sealed class PolicyTests
{
    private const string Misspelt = """{"cniVersion": "1.0.0", "name": "net", "type": "vlan", "master": "eth1", "vlanID": 5, "vlanld": 5, "ipam": {"type": "host-local", "subnet": "10.1.0.0/16"}}""";
    private const string Wrong = """{"cniVersion": "1.0.0", "name": "net", "type": "bridge", "bridge": "br1", "vlan": 5000}""";

    private static ValidationReport Judge(string config, ValidationPolicy policy) =>
        new DefinitionValidator(new ValidationOptions { Policy = policy }).Validate(KnownCluster.Define("net", config));

    [Fact]
    public void Standard_RefusesErrorsOnly()
    {
        Assert.True(Judge(Misspelt, ValidationPolicy.Standard).IsAllowed);
        Assert.False(Judge(Wrong, ValidationPolicy.Standard).IsAllowed);
    }

    [Fact]
    public void Strict_RefusesUnknownKeys() => Assert.False(Judge(Misspelt, new ValidationPolicy { Profile = PolicyProfile.Strict }).IsAllowed);

    [Fact]
    public void Audit_RefusesNothing_AndTellsAll()
    {
        var report = Judge(Wrong, new ValidationPolicy { Profile = PolicyProfile.Audit });
        Assert.True(report.IsAllowed);
        Assert.Contains(report.Findings, finding => finding.Rule == "MN-BR-001");
    }

    [Theory]
    [InlineData(RuleAction.Off, true, 0)]
    [InlineData(RuleAction.Warn, true, 1)]
    [InlineData(RuleAction.Deny, false, 1)]
    public void ARulesAction_ComesBeforeTheProfile(RuleAction action, bool allowed, int count)
    {
        foreach (var profile in Enum.GetValues<PolicyProfile>())
        {
            var report = Judge(Wrong, new ValidationPolicy { Profile = profile, Rules = new Dictionary<string, RuleAction> { ["MN-BR-001"] = action } });
            Assert.Equal(allowed, report.IsAllowed);
            Assert.Equal(count, report.Findings.Count(finding => finding.Rule == "MN-BR-001"));
        }
    }

    [Fact]
    public void Findings_NameTheirPlace_AndSuggestWhatWasMeant()
    {
        var report = Judge("{\n  \"cniVersion\": \"1.0.0\", \"name\": \"net\",\n  \"plugins\": [\n    {\"type\": \"bridge\", \"bridge\": \"br1\", \"isGatway\": true}\n  ]\n}", ValidationPolicy.Standard);
        var finding = Assert.Single(report.Findings, finding => finding.Rule == "MN-NAD-030");
        Assert.Equal(("spec.config.plugins[0].isGatway", 4, 53), (finding.FullPath, finding.Line, finding.Column));
        Assert.Equal("did you mean \"isGateway\"?", finding.Suggestion);
        Assert.Equal(ProblemSeverity.Warning, finding.Severity);
    }

    [Fact]
    public void AllProblems_AreToldAtOnce()
    {
        var report = Judge("""{"cniVersion": "1.0.0", "name": "net", "type": "bridge", "bridge": "a/b", "vlan": 5000, "mtu": 5, "hairpinMode": "yes", "ipam": {"type": "host-local", "subnet": "10.1.0.1/16"}}""", ValidationPolicy.Standard);
        Assert.Equal(["MN-LNK-001", "MN-BR-001", "MN-MTU-001", "MN-NAD-031", "MN-HL-002"], report.Findings.Where(finding => finding.IsError).Select(finding => finding.Rule));
    }

    [Fact]
    public void RulesThatNeedTheCluster_AreSkipped_AndItIsSaid()
    {
        var report = Judge(Misspelt, ValidationPolicy.Standard);
        Assert.Contains(report.Skipped, reason => reason.Contains("definitions are not known", StringComparison.Ordinal));
        Assert.Empty(new DefinitionValidator(ValidationOptions.Default).Validate(KnownCluster.Define("net", Misspelt), new KnownCluster()).Skipped);
    }
}
