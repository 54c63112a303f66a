using System.Net;
using System.Text;

namespace MultiNet.Webhook.Tests.Admission;

/// <summary>What is no AdmissionReview of v1 is refused with a text that says what is expected; what is none of ours passes untouched.</summary>
public sealed class EnvelopeTests
{
    [Theory]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE"}}""", "set admissionReviewVersions to [\"v1\"]")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v2","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE"}}""", "admission.k8s.io/v1")]
    [InlineData("""{"kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE"}}""", "admission.k8s.io/v1")]
    [InlineData("""{"apiVersion":"v1","kind":"Pod"}""", "expected the kind AdmissionReview")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}""", "has no request")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":null}""", "has no request")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":[]}""", "request: expected an object, found Array")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{}}""", "no uid")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":7}}""", "uid: expected a string")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u"}}""", "no operation")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE","dryRun":"no"}}""", "dryRun: expected a boolean")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE","object":"x"}}""", "object: expected an object")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"\ud800","operation":"CREATE"}}""", "not valid Unicode")]
    [InlineData("""{"kind":"AdmissionReview",}""", "not JSON")]
    [InlineData("[]", "expected an AdmissionReview")]
    [InlineData("7", "expected an AdmissionReview")]
    [InlineData("null", "expected an AdmissionReview")]
    [InlineData(" ", "not JSON")]
    public async Task WhatIsNoReview_IsRefused_WithAReason(string body, string reason)
    {
        await using var webhook = await TestWebhook.StartAsync();

        foreach (string path in (string[])["/validate", "/mutate"])
        {
            using var answer = await webhook.PostAsync(path, Encoding.UTF8.GetBytes(body));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(reason, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("CONNECT", "")]
    [InlineData("APPROVE", "")]
    [InlineData("UPDATE", "status")]
    [InlineData("CREATE", "binding")]
    public async Task OtherOperationsAndSubResources_PassUntouched(string operation, string subResource)
    {
        await using var webhook = await TestWebhook.StartAsync();

        var response = await webhook.ReviewAsync(Review.Pod("[broken") with { Operation = operation, SubResource = subResource });

        Assert.True(response.GetProperty("allowed").GetBoolean());
        Assert.False(response.TryGetProperty("warnings", out _));
    }

    [Theory]
    [InlineData("", "services", "Service")]
    [InlineData("other.example", "network-attachment-definitions", "NetworkAttachmentDefinition")]
    [InlineData("example.com", "pods", "Pod")]
    public async Task OtherResources_PassUntouched(string group, string resource, string kind)
    {
        await using var webhook = await TestWebhook.StartAsync();

        var response = await webhook.ReviewAsync(Review.Pod("[broken") with { Group = group, Resource = resource, Kind = kind });

        Assert.True(response.GetProperty("allowed").GetBoolean());
    }

    [Fact]
    public async Task UnknownFields_AreIgnored()
    {
        await using var webhook = await TestWebhook.StartAsync();
        string review = Review.Pod("blue").ToJson().Replace("\"dryRun\":false", "\"dryRun\":null,\"requestKind\":{\"x\":1},\"newInKubernetes2\":[1,{}]", StringComparison.Ordinal);

        using var answer = await webhook.PostAsync("/validate", Encoding.UTF8.GetBytes(review));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task DryRun_GetsTheSameAnswer()
    {
        await using var webhook = await TestWebhook.StartAsync();
        var review = Review.Definition("""{"type":7}""");

        var real = await webhook.ReviewAsync(review);
        var dry = await webhook.ReviewAsync(review with { DryRun = true });

        Assert.Equal(real.GetRawText(), dry.GetRawText());
    }

    [Fact]
    public async Task Mutate_DoesNothing_UnlessItIsSwitchedOn()
    {
        await using var webhook = await TestWebhook.StartAsync();

        var response = await webhook.ReviewAsync(Review.Pod("blue"), "/mutate");

        Assert.True(response.GetProperty("allowed").GetBoolean());
        Assert.False(response.TryGetProperty("patch", out _));
    }
}
