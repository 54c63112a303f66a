using System.Net;
using MultiNet.Webhook.Configuration;

namespace MultiNet.Webhook.Tests.Serving;

/// <summary>Readiness is a real question over TLS; liveness is the process; metrics count what happened.</summary>
public sealed class ProbeTests
{
    [Fact]
    public async Task Webhook_IsReadyAndAlive()
    {
        await using var webhook = await TestWebhook.StartAsync();

        Assert.Equal((HttpStatusCode.OK, "ready\n"), await webhook.ProbeAsync("/readyz"));
        Assert.Equal((HttpStatusCode.OK, "alive\n"), await webhook.ProbeAsync("/livez"));
        Assert.Equal((HttpStatusCode.OK, "alive\n"), await webhook.ProbeAsync("/healthz"));
        Assert.Equal(HttpStatusCode.NotFound, (await webhook.ProbeAsync("/validate")).Code);
    }

    [Fact]
    public async Task Readiness_NeedsACertificate_ThatIsForItsName_AndHasNotExpired()
    {
        await using var webhook = await TestWebhook.StartAsync();
        foreach (var (certificate, reason) in ((System.Net.Security.SslStreamCertificateContext?, string)[])
            [
                (null, "there is no certificate yet"),
                (TestCertificate.Issue(webhook.Authority, host: "other.example"), $"not for {TestWebhook.HostName}"),
                (TestCertificate.Issue(webhook.Authority, until: DateTimeOffset.UtcNow.AddMinutes(-1)), "has expired"),
            ])
        {
            webhook.Certificate.Current = certificate;

            var (code, text) = await webhook.ProbeAsync("/readyz");

            Assert.Equal(HttpStatusCode.ServiceUnavailable, code);
            Assert.Contains(reason, text, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await webhook.ProbeAsync("/livez")).Code);
        }
        webhook.Certificate.Current = TestCertificate.Issue(webhook.Authority);
        Assert.Equal(HttpStatusCode.OK, (await webhook.ProbeAsync("/readyz")).Code);
    }

    [Theory]
    [InlineData(ClusterKnowledgeUse.Required, HttpStatusCode.ServiceUnavailable)]
    [InlineData(ClusterKnowledgeUse.Optional, HttpStatusCode.OK)]
    public async Task Readiness_NeedsKnowledge_WhereItIsRequired(object use, HttpStatusCode code)
    {
        var knowledge = new FakeKnowledge();
        knowledge.Missing.Add("the pods have not been listed yet");
        await using var webhook = await TestWebhook.StartAsync(
            parts => parts with { Knowledge = knowledge, Config = parts.Config with { ClusterKnowledge = (ClusterKnowledgeUse)use } });

        Assert.Equal(code, (await webhook.ProbeAsync("/readyz")).Code);
        Assert.Contains("multinet_admission_cache_synced 0\n", (await webhook.ProbeAsync("/metrics")).Text, StringComparison.Ordinal);

        knowledge.Missing.Clear();
        Assert.Equal(HttpStatusCode.OK, (await webhook.ProbeAsync("/readyz")).Code);
        Assert.Contains("multinet_admission_cache_synced 1\n", (await webhook.ProbeAsync("/metrics")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_CountReviewsFindingsAndRefusals()
    {
        await using var webhook = await TestWebhook.StartAsync();
        await webhook.ReviewAsync(Review.Definition("""{"type":7}"""));
        await webhook.ReviewAsync(Review.Pod("blue"));
        using var refused = await webhook.PostAsync("/validate", []);

        string text = (await webhook.ProbeAsync("/metrics")).Text;

        Assert.Contains("multinet_admission_requests_total{webhook=\"validate\",operation=\"CREATE\",result=\"denied\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("multinet_admission_requests_total{webhook=\"validate\",operation=\"CREATE\",result=\"allowed\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("multinet_admission_duration_seconds_count{webhook=\"validate\",operation=\"CREATE\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("multinet_admission_findings_total{rule=\"MN-NAD-010\",severity=\"error\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("multinet_admission_http_errors_total{code=\"400\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("multinet_admission_inflight 0\n", text, StringComparison.Ordinal);
        Assert.Contains($"multinet_admission_cert_expiry_timestamp_seconds {webhook.Certificate.NotAfter.ToUnixTimeSeconds()}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryMetric_IsDocumented()
    {
        await using var webhook = await TestWebhook.StartAsync();
        string page = Repository.Read("docs/webhook.md");
        foreach (string line in webhook.Daemon.Metrics.Text().Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)))
            Assert.Contains($"| `{line.Split(' ')[2]}", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_IsOneLineOfTheLog_WithoutTheObject()
    {
        await using var webhook = await TestWebhook.StartAsync();
        var pod = Review.PodObject("a@b@c");
        pod["metadata"]!["annotations"]!["password"] = "s3cret";
        await webhook.ReviewAsync(Review.Pod("") with { Object = pod, Name = "web", DryRun = true });

        string line = Assert.Single(webhook.Log().Split('\n'), line => line.Contains("\"denied\"", StringComparison.Ordinal));

        foreach (string part in (string[])
            ["\"uid\":\"705ab4f5-6393-11e8-b7cc-42010a800002\"", "\"user\":\"jane@example.com\"", "\"kind\":\"Pod\"", "\"object\":\"team/web\"", "\"operation\":\"CREATE\"", "\"dryRun\":true", "\"rules\":\"MN-POD-", "\"ms\":"])
            Assert.Contains(part, line, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", webhook.Log(), StringComparison.Ordinal);
        Assert.DoesNotContain("a@b@c", webhook.Log(), StringComparison.Ordinal);
    }
}
