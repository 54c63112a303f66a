using System.Text.Json;
using System.Text.Json.Nodes;
using MultiNet.Networks;
using MultiNet.Validation;
using MultiNet.Webhook.Configuration;

namespace MultiNet.Webhook.Tests.Admission;

/// <summary>What is refused, what is only warned about, and what is never refused.</summary>
public sealed class DecisionTests
{
    private const string Bad = """{"cniVersion":"1.0.0","type":"vlan","master":"eth1","vlanId":5000,"ipam":{"type":"dhcp"}}""";
    private const string Worse = """{"cniVersion":"1.0.0","type":"vlan","master":"eth1","vlanId":6000,"ipam":{"type":"dhcp"}}""";

    [Fact]
    public async Task Update_IsNotRefused_ForWhatTheOldObjectHad()
    {
        await using var webhook = await TestWebhook.StartAsync();
        var labelled = Review.DefinitionObject(Bad);
        labelled["metadata"]!["labels"] = new JsonObject { ["team"] = "blue" };

        var response = await webhook.ReviewAsync((Review.Definition(Bad) with { Object = labelled }).Updating(Review.DefinitionObject(Bad)));

        Assert.True(IsAllowed(response));
        Assert.Contains(Warnings(response), text => text.StartsWith("MN-VL-002 ", StringComparison.Ordinal));
        Assert.Equal("warned", Audit(response, "decision"));
    }

    [Fact]
    public async Task Update_IsRefused_ForWhatIsNew()
    {
        await using var webhook = await TestWebhook.StartAsync();

        Assert.False(IsAllowed(await webhook.ReviewAsync(Review.Definition(Worse).Updating(Review.DefinitionObject(Bad)))));
        Assert.False(IsAllowed(await webhook.ReviewAsync(Review.Pod("blue@a/b").Updating(Review.PodObject("blue")))));
    }

    [Fact]
    public async Task WhatIsBeingDeleted_IsNotJudged()
    {
        await using var webhook = await TestWebhook.StartAsync();
        var old = Review.DefinitionObject(Worse);
        old["metadata"]!["deletionTimestamp"] = "2026-11-21T10:00:00Z";

        Assert.True(IsAllowed(await webhook.ReviewAsync(Review.Definition(Bad).Updating(old))));
    }

    [Fact]
    public async Task NothingIsRefused_InATerminatingNamespace()
    {
        await using var webhook = await TestWebhook.StartAsync(parts => parts with { Knowledge = new FakeKnowledge().WithNamespace("team", isTerminating: true) });

        var response = await webhook.ReviewAsync(Review.Definition(Worse).Updating(Review.DefinitionObject(Bad)));

        Assert.True(IsAllowed(response));
        Assert.NotEmpty(Warnings(response));
        Assert.Equal("namespace-terminating", Audit(response, "relaxed"));
    }

    [Fact]
    public async Task Deletion_OfADefinitionInUse_IsRefused_WherePolicySaysSo_ButNotForCollectors()
    {
        var knowledge = new FakeKnowledge().WithNamespace("team");
        knowledge.Held["team/blue"] = [new HeldAttachment("team", "web", [], "")];
        await using var webhook = await TestWebhook.StartAsync(parts => parts with { Knowledge = knowledge, Config = WithPolicy(parts, ("MN-DEL-001", RuleAction.Deny)) });
        var deletion = Review.Definition(null) with { Operation = "DELETE", Object = null, OldObject = Review.DefinitionObject(Bad) };

        Assert.False(IsAllowed(await webhook.ReviewAsync(deletion)));
        Assert.True(IsAllowed(await webhook.ReviewAsync(deletion with { User = "system:serviceaccount:kube-system:namespace-controller" })));
        Assert.True(IsAllowed(await webhook.ReviewAsync(deletion with { User = "system:serviceaccount:kube-system:generic-garbage-collector" })));
        knowledge.WithNamespace("team", isTerminating: true);
        Assert.True(IsAllowed(await webhook.ReviewAsync(deletion)));
    }

    [Theory]
    [InlineData("apps", "deployments", "Deployment")]
    [InlineData("apps", "statefulsets", "StatefulSet")]
    [InlineData("apps", "daemonsets", "DaemonSet")]
    [InlineData("batch", "jobs", "Job")]
    public async Task Workloads_AreWarnedAbout_AndNeverRefused(string group, string resource, string kind)
    {
        await using var webhook = await TestWebhook.StartAsync();
        var workload = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "web" },
            ["spec"] = new JsonObject { ["template"] = Review.PodObject("a@b@c") },
        };

        var response = await webhook.ReviewAsync(Review.Pod("") with { Group = group, Resource = resource, Kind = kind, Object = workload });

        Assert.True(IsAllowed(response));
        Assert.Contains(Warnings(response), text => text.Contains("spec.template.metadata.annotations", StringComparison.Ordinal));
        Assert.Equal("template", Audit(response, "relaxed"));
    }

    [Fact]
    public async Task CronJob_IsReadWhereItsTemplateIs()
    {
        await using var webhook = await TestWebhook.StartAsync();
        var job = new JsonObject { ["spec"] = new JsonObject { ["jobTemplate"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = Review.PodObject("a@b@c") } } } };

        var response = await webhook.ReviewAsync(Review.Pod("") with { Group = "batch", Resource = "cronjobs", Kind = "CronJob", Object = job });

        Assert.Contains(Warnings(response), text => text.Contains("spec.jobTemplate.spec.template.metadata.annotations", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("other/blue", false)]
    [InlineData("team/blue", true)]
    [InlineData("shared/blue", true)]
    [InlineData("blue", true)]
    public async Task NamespaceIsolation_Forbids(string networks, bool isAllowed)
    {
        await using var webhook = await TestWebhook.StartAsync(Isolated);

        var response = await webhook.ReviewAsync(Review.Pod(networks));

        Assert.Equal(isAllowed, IsAllowed(response));
        if (isAllowed)
            return;
        var status = response.GetProperty("status");
        Assert.Equal((403, "Forbidden"), (status.GetProperty("code").GetInt32(), status.GetProperty("reason").GetString()));
        Assert.Contains("MN-POD-024", status.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NamespaceIsolation_HoldsForTheDefaultNetwork_AndWhateverNamespaceTheObjectClaims()
    {
        await using var webhook = await TestWebhook.StartAsync(Isolated);
        var pod = Review.PodObject("other/blue");
        pod["metadata"]!["namespace"] = "other";
        var replaced = Review.PodObject("");
        replaced["metadata"]!["annotations"] = new JsonObject { ["v1.multus-cni.io/default-network"] = "other/blue" };

        Assert.False(IsAllowed(await webhook.ReviewAsync(Review.Pod("") with { Object = pod })));
        Assert.False(IsAllowed(await webhook.ReviewAsync(Review.Pod("") with { Object = replaced })));
    }

    [Theory]
    [InlineData(RuleAction.Off, true, 0)]
    [InlineData(RuleAction.Warn, true, 1)]
    [InlineData(RuleAction.Deny, false, 0)]
    public async Task Policy_DecidesAboutEachRule(RuleAction action, bool isAllowed, int warnings)
    {
        await using var webhook = await TestWebhook.StartAsync(parts => parts with { Config = WithPolicy(parts, ("MN-VL-002", action)) });

        var response = await webhook.ReviewAsync(Review.Definition(Bad));

        Assert.Equal(isAllowed, IsAllowed(response));
        Assert.Equal(warnings, Warnings(response).Count(text => text.StartsWith("MN-VL-002 ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AuditProfile_RefusesNothing()
    {
        await using var webhook = await TestWebhook.StartAsync(
            parts => parts with { Config = parts.Config with { Validation = new ValidationOptions { Policy = new ValidationPolicy { Profile = PolicyProfile.Audit } } } });

        Assert.True(IsAllowed(await webhook.ReviewAsync(Review.Definition("{"))));
        Assert.True(IsAllowed(await webhook.ReviewAsync(Review.Pod("[{"))));
    }

    [Fact]
    public async Task MirrorPods_AndThoseForWindows_PassOver()
    {
        await using var webhook = await TestWebhook.StartAsync();
        var mirror = Review.PodObject("a@b@c");
        mirror["metadata"]!["annotations"]!["kubernetes.io/config.mirror"] = "x";
        var windows = Review.PodObject("a@b@c");
        windows["spec"]!["os"] = new JsonObject { ["name"] = "windows" };

        Assert.True(IsAllowed(await webhook.ReviewAsync(Review.Pod("") with { Object = mirror })));
        Assert.True(IsAllowed(await webhook.ReviewAsync(Review.Pod("") with { Object = windows })));
    }

    [Fact]
    public async Task Answer_IsBounded_HoweverMuchIsWrong()
    {
        await using var webhook = await TestWebhook.StartAsync(parts => parts with { Knowledge = new FakeKnowledge().WithNamespace("team") });
        string networks = string.Join(',', Enumerable.Range(0, 500).Select(i => $"{new string('n', 80)}{i}@{new string('i', 40)}"));

        var refused = await webhook.ReviewAsync(Review.Pod(networks));
        var warned = await webhook.ReviewAsync(Review.Pod("") with
        {
            Group = "apps", Resource = "deployments", Kind = "Deployment", Object = new JsonObject { ["spec"] = new JsonObject { ["template"] = Review.PodObject(networks) } },
        });

        Assert.InRange(refused.GetProperty("status").GetProperty("details").GetProperty("causes").GetArrayLength(), 2, 33);
        Assert.InRange(refused.GetProperty("status").GetProperty("message").GetString()!.Length, 1, 4096);
        Assert.InRange(refused.GetRawText().Length, 1, 128 * 1024);
        Assert.InRange(Warnings(warned).Count, 2, 11);
        Assert.All(Warnings(warned), text => Assert.InRange(text.Length, 1, 256));
        Assert.Contains("more", Warnings(warned)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingDefinition_IsRefused_WhereTheClusterIsKnown_AndSkippedWhereNot()
    {
        var knowledge = new FakeKnowledge().WithNamespace("team");
        await using var webhook = await TestWebhook.StartAsync(parts => parts with { Knowledge = knowledge });

        Assert.False(IsAllowed(await webhook.ReviewAsync(Review.Pod("blue"))));
        knowledge.Missing.Add("the definitions have not been listed yet");
        var response = await webhook.ReviewAsync(Review.Pod("blue"));
        Assert.True(IsAllowed(response));
        Assert.Contains("definitions are not known", Audit(response, "skipped"), StringComparison.Ordinal);
        knowledge.Missing.Clear();
        knowledge.Known.Add(new NetworkAttachmentDefinition { Namespace = "team", Name = "blue", Config = """{"cniVersion":"1.0.0","type":"bridge","bridge":"br0"}""" });
        Assert.True(IsAllowed(await webhook.ReviewAsync(Review.Pod("blue"))));
    }

    private static WebhookParts Isolated(WebhookParts parts) =>
        parts with { Config = parts.Config with { Validation = new ValidationOptions { NamespaceIsolation = true, GlobalNamespaces = ["shared"] } } };

    private static WebhookConfig WithPolicy(WebhookParts parts, (string Rule, RuleAction Action) policy) =>
        parts.Config with { Validation = new ValidationOptions { Policy = new ValidationPolicy { Rules = new Dictionary<string, RuleAction> { [policy.Rule] = policy.Action } } } };

    private static bool IsAllowed(JsonElement response) => response.GetProperty("allowed").GetBoolean();

    private static List<string> Warnings(JsonElement response) =>
        response.TryGetProperty("warnings", out var warnings) ? [.. warnings.EnumerateArray().Select(text => text.GetString()!)] : [];

    private static string Audit(JsonElement response, string key) => response.GetProperty("auditAnnotations").TryGetProperty(key, out var text) ? text.GetString()! : "";
}
