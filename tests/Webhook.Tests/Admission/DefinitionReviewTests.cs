using System.Text.Json;

namespace MultiNet.Webhook.Tests.Admission;

public sealed class DefinitionReviewTests
{
    private const string Good = """{"cniVersion":"1.0.0","name":"blue","type":"vlan","master":"eth1","vlanId":100,"ipam":{"type":"dhcp"}}""";
    private const string Bad = """{"cniVersion":"1.0.0","name":"blue","type":"vlan","master":"eth1","vlanId":5000,"ipam":{"type":"dhcp"}}""";

    [Fact]
    public async Task GoodDefinition_Passes()
    {
        await using var webhook = await TestWebhook.StartAsync();

        var response = await webhook.ReviewAsync(Review.Definition(Good));

        Assert.True(response.GetProperty("allowed").GetBoolean());
        Assert.False(response.TryGetProperty("status", out _));
        Assert.Contains(response.GetProperty("auditAnnotations").GetProperty("decision").GetString(), (string[])["allowed", "warned"]);
    }

    [Fact]
    public async Task BadDefinition_IsInvalid_WithPlaceRuleAndText()
    {
        await using var webhook = await TestWebhook.StartAsync();

        var response = await webhook.ReviewAsync(Review.Definition(Bad));

        Assert.False(response.GetProperty("allowed").GetBoolean());
        var status = response.GetProperty("status");
        Assert.Equal(422, status.GetProperty("code").GetInt32());
        Assert.Equal("Invalid", status.GetProperty("reason").GetString());
        Assert.Equal("Failure", status.GetProperty("status").GetString());
        var details = status.GetProperty("details");
        Assert.Equal(("blue", "k8s.cni.cncf.io", "NetworkAttachmentDefinition"), (Text(details, "name"), Text(details, "group"), Text(details, "kind")));
        var cause = Assert.Single(details.GetProperty("causes").EnumerateArray());
        Assert.Matches(@"^spec\.config\.vlanId \(line 1, column \d+\)$", Text(cause, "field"));
        Assert.EndsWith("[MN-VL-002]", Text(cause, "message"), StringComparison.Ordinal);
        Assert.Contains("5000", Text(cause, "message"), StringComparison.Ordinal);
        Assert.StartsWith("MN-VL-002 spec.config.vlanId", Text(status, "message"), StringComparison.Ordinal);
        var audit = response.GetProperty("auditAnnotations");
        Assert.Equal("denied", Text(audit, "decision"));
        Assert.Contains("MN-VL-002", Text(audit, "rules"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BrokenPod_IsInvalid()
    {
        await using var webhook = await TestWebhook.StartAsync();

        var response = await webhook.ReviewAsync(Review.Pod("""[{"name":"default/blue"}]"""));

        Assert.Equal(422, response.GetProperty("status").GetProperty("code").GetInt32());
        var cause = response.GetProperty("status").GetProperty("details").GetProperty("causes")[0];
        Assert.StartsWith("metadata.annotations[k8s.v1.cni.cncf.io/networks]", Text(cause, "field"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GoodPod_Passes_AndSaysWhatWasNotLookedAt()
    {
        await using var webhook = await TestWebhook.StartAsync();

        var response = await webhook.ReviewAsync(Review.Pod("blue@net1"));

        Assert.True(response.GetProperty("allowed").GetBoolean());
        Assert.Contains("not known", Text(response.GetProperty("auditAnnotations"), "skipped"), StringComparison.Ordinal);
    }

    private static string Text(JsonElement element, string key) => element.GetProperty(key).GetString()!;
}
