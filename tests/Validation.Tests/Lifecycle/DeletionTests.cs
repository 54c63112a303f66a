using MultiNet.Networks;
using MultiNet.Validation.Tests.Golden;

namespace MultiNet.Validation.Tests.Lifecycle;

/// <summary>Deleting definitions that are used, and what must never be held up.</summary>
public sealed class DeletionTests
{
    private static readonly ValidationOptions s_strict = new()
    {
        Policy = new ValidationPolicy { Profile = PolicyProfile.Strict, Rules = new Dictionary<string, RuleAction> { ["MN-DEL-001"] = RuleAction.Deny } }, DefaultNetworks = ["default/net"],
    };

    private static NetworkAttachmentDefinition Net => KnownCluster.Define("net", LifecycleCases.Pool);

    private static ValidationReport Delete(ValidationOptions options, KnownCluster? cluster, string user = "jane", bool underWay = false, NetworkAttachmentDefinition? definition = null) =>
        new DeletionValidator(options).Validate(definition ?? Net, new Deletion(user, underWay), cluster);

    [Fact]
    public void UsedDefinition_IsDeletedWithAWarning_AndRefusedInTheStrictProfile()
    {
        var report = Delete(ValidationOptions.Default, LifecycleCases.Used);
        Assert.True(report.IsAllowed);
        Assert.Contains("1 pod (default/web) uses the network", Assert.Single(report.Findings).Message, StringComparison.Ordinal);
        Assert.False(Delete(new ValidationOptions { Policy = new ValidationPolicy { Profile = PolicyProfile.Strict } }, LifecycleCases.Used).IsAllowed);
    }

    [Theory]
    [InlineData("system:serviceaccount:kube-system:namespace-controller")]
    [InlineData("system:serviceaccount:kube-system:generic-garbage-collector")]
    [InlineData("system:kube-controller-manager")]
    public void Collectors_AreNeverHeldUp(string user) => Passes(Delete(s_strict, LifecycleCases.Used, user));

    [Fact]
    public void TerminatingNamespace_IsNeverHeldUp() => Passes(Delete(s_strict, LifecycleCases.Used.In("default", terminating: true)));

    [Fact]
    public void NamespaceThatIsGone_IsNeverHeldUp() => Passes(Delete(s_strict, new KnownCluster().Holding("default/net", "web", "10.1.0.5")));

    [Fact]
    public void WithoutKnowledgeOfNamespaces_NothingIsHeldUp()
    {
        Passes(Delete(s_strict, new KnownCluster { KnowsNamespaces = false }.Holding("default/net", "web", "10.1.0.5")));
        var nothing = Delete(s_strict, null);
        Assert.True(nothing.IsAllowed);
        Assert.Contains(nothing.Skipped, reason => reason.Contains("pods are not known", StringComparison.Ordinal));
    }

    [Fact]
    public void DeletionThatIsUnderWay_IsNeverHeldUp() => Passes(Delete(s_strict, LifecycleCases.Used, underWay: true));

    [Theory]
    [InlineData("true", true)]
    [InlineData("yes", false)]
    public void ForceDelete_BreaksTheGlass(string value, bool passes) =>
        Assert.Equal(passes, Delete(s_strict, LifecycleCases.Used, definition: Net with { Annotations = new Dictionary<string, string> { [AnnotationKeys.ForceDelete] = value } }).IsAllowed);

    [Fact]
    public void ManyPods_AreCounted_AndFiveAreNamed()
    {
        var cluster = new KnownCluster().In("default");
        for (int i = 0; i < 40; i++)
            cluster.Holding("default/net", $"web-{i}", $"10.1.0.{i + 5}").Holding("default/net", $"web-{i}", $"10.1.1.{i + 5}");
        string message = Assert.Single(Delete(ValidationOptions.Default, cluster).Findings).Message;
        Assert.Contains("40 pods (default/web-0, default/web-1, default/web-2, default/web-3, default/web-4 and 35 more) use the network", message, StringComparison.Ordinal);
    }

    // Nothing refuses it, and all is told.
    private static void Passes(ValidationReport report)
    {
        Assert.True(report.IsAllowed, string.Join("\n", report.Findings));
        Assert.NotEmpty(report.Findings);
    }
}
