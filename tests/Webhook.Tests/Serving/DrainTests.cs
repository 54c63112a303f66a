using System.Net;
using System.Text;

namespace MultiNet.Webhook.Tests.Serving;

/// <summary>Told to stop, it is not ready at once, answers for a while, closes what it answers, and finishes what is at work.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task ToldToStop_ItIsNotReady_ButStillAnswers_AndClosesEachConnection()
    {
        await using var webhook = await TestWebhook.StartAsync(parts => parts with { Config = parts.Config with { Drain = TimeSpan.FromMinutes(5) } });
        await webhook.ReviewAsync(Review.Pod("blue"));

        webhook.Stop();
        await Eventually.TrueAsync(() => webhook.Daemon.Probes.IsDraining, "draining");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "it is stopping\n"), await webhook.ProbeAsync("/readyz"));
        Assert.Equal(HttpStatusCode.OK, (await webhook.ProbeAsync("/livez")).Code);
        for (int i = 0; i < 3; i++)
        {
            using var answer = await webhook.PostAsync("/validate", Encoding.UTF8.GetBytes(Review.Pod("blue").ToJson()));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(answer.Headers.ConnectionClose);
        }
        Assert.False(webhook.Ended.IsCompleted);
    }

    [Fact]
    public async Task WhatIsAtWork_IsFinished()
    {
        var release = new TaskCompletionSource();
        await using var webhook = await TestWebhook.StartAsync(parts => parts with { Hold = () => release.Task });
        var review = webhook.ReviewAsync(Review.Pod("blue"), "/validate?timeout=30s");
        await Eventually.TrueAsync(() => webhook.Daemon.Metrics.Text().Contains("multinet_admission_inflight 1\n", StringComparison.Ordinal), "a review at work");

        webhook.Stop();
        await Eventually.TrueAsync(() => !CanConnect(webhook), "no further connections");
        Assert.False(webhook.Ended.IsCompleted);
        release.SetResult();

        Assert.True((await review).GetProperty("allowed").GetBoolean());
        await webhook.Ended.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task ToldTwice_ItDoesNotWaitForTheApiServer()
    {
        await using var webhook = await TestWebhook.StartAsync(parts => parts with { Config = parts.Config with { Drain = TimeSpan.FromMinutes(5) } });

        webhook.Stop();
        await Eventually.TrueAsync(() => webhook.Daemon.Probes.IsDraining, "draining");
        webhook.Stop();

        await webhook.Ended.WaitAsync(Eventually.Patience);
    }

    private static bool CanConnect(TestWebhook webhook)
    {
        try
        {
            using var socket = webhook.ConnectAsync().GetAwaiter().GetResult();
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
