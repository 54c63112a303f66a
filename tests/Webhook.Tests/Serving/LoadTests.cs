using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using MultiNet.Webhook.Configuration;

namespace MultiNet.Webhook.Tests.Serving;

/// <summary>Many clients, slow clients, and clients that only want to hold something.</summary>
public sealed class LoadTests
{
    private const string Head = "POST /validate HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 5000000\r\n\r\n{";

    [Fact]
    public async Task ReviewIsAnswered_While500ClientsSendSlowly()
    {
        // No client is given up during the test: it is all of them that must not matter.
        await using var webhook = await TestWebhook.StartAsync(
            parts => parts with { Config = parts.Config with { Limits = new LimitConfig { Header = TimeSpan.FromSeconds(60), BodyBytesPerSecond = 1 } } });
        var slow = new List<SslStream>();
        try
        {
            for (int i = 0; i < 500; i++)
            {
                var tls = await webhook.DialAsync();
                slow.Add(tls);
                // A third each: nothing, half a head, a head that promises five megabytes.
                await tls.WriteAsync(Encoding.ASCII.GetBytes(i % 3 == 0 ? "" : i % 3 == 1 ? "POST /validate HT" : Head));
            }

            var response = await webhook.ReviewAsync(Review.Pod("blue"));

            Assert.True(response.GetProperty("allowed").GetBoolean());
            Assert.Equal(HttpStatusCode.OK, (await webhook.ProbeAsync("/readyz")).Code);
        }
        finally
        {
            foreach (var tls in slow)
                await tls.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("POST /validate HTTP/1.1\r\nHost:")]
    [InlineData(Head)]
    public async Task SlowClient_IsGivenUp(string sent)
    {
        await using var webhook = await TestWebhook.StartAsync(
            parts => parts with { Config = parts.Config with { Limits = new LimitConfig { Header = TimeSpan.FromSeconds(5), Idle = TimeSpan.FromSeconds(5), BodyBytesPerSecond = 1024 * 1024 } } });
        await using var tls = await webhook.DialAsync();
        await tls.WriteAsync(Encoding.ASCII.GetBytes(sent));

        await DrainAsync(tls);
    }

    [Fact]
    public async Task ConnectionWithoutHandshake_IsGivenUp()
    {
        await using var webhook = await TestWebhook.StartAsync(parts => parts with { Config = parts.Config with { Limits = new LimitConfig { Header = TimeSpan.FromSeconds(1) } } });
        using var socket = await webhook.ConnectAsync();
        await using var stream = new NetworkStream(socket);

        await DrainAsync(stream);
    }

    [Fact]
    public async Task OneReviewTooMany_IsToldToComeAgain_AndNothingElseIsHeldUp()
    {
        var release = new TaskCompletionSource();
        await using var webhook = await TestWebhook.StartAsync(
            parts => parts with { Config = parts.Config with { Limits = new LimitConfig { Reviews = 4 } }, Hold = () => release.Task });
        var held = Enumerable.Range(0, 4).Select(_ => webhook.ReviewAsync(Review.Pod("blue"), "/validate?timeout=30s")).ToArray();
        await Eventually.TrueAsync(() => webhook.Daemon.Metrics.Text().Contains("multinet_admission_inflight 4\n", StringComparison.Ordinal), "four reviews at work");

        using var refused = await webhook.PostAsync("/validate", Encoding.UTF8.GetBytes(Review.Pod("blue").ToJson()));

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("1", Assert.Single(refused.Headers.GetValues("Retry-After")));
        Assert.NotEqual(true, refused.Headers.ConnectionClose);
        Assert.Equal(HttpStatusCode.OK, (await webhook.ProbeAsync("/readyz")).Code);
        release.SetResult();
        foreach (var response in await Task.WhenAll(held))
            Assert.True(response.GetProperty("allowed").GetBoolean());
        Assert.True((await webhook.ReviewAsync(Review.Pod("blue"))).GetProperty("allowed").GetBoolean());
    }

    [Fact]
    public async Task Review_IsGivenUp_WhenTheTimeOfTheApiServerIsOver()
    {
        await using var webhook = await TestWebhook.StartAsync(parts => parts with { Hold = () => Task.Delay(TimeSpan.FromSeconds(3)) });

        using var answer = await webhook.PostAsync("/validate?timeout=2s", Encoding.UTF8.GetBytes(Review.Pod("blue").ToJson()));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task BodiesOfAllClientsTogether_AreBounded()
    {
        await using var webhook = await TestWebhook.StartAsync(
            parts => parts with { Config = parts.Config with { Limits = new LimitConfig { BodyBytes = 1024 * 1024, TotalBodyBytes = 2 * 1024 * 1024, BodyBytesPerSecond = 1 } } });
        await using var holder = await webhook.DialAsync();
        await holder.WriteAsync(Encoding.ASCII.GetBytes($"POST /validate HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{new string(' ', 600_000)}"));
        // A buffer doubles: 600,000 bytes stand in one of a megabyte.
        await Eventually.TrueAsync(() => Holds(webhook, 1024 * 1024), "the body held");
        byte[] body = Encoding.UTF8.GetBytes(Review.Pod("blue").ToJson() + new string(' ', 900_000));

        using var refused = await webhook.PostAsync("/validate", body);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(refused.Headers.ConnectionClose);
        await holder.DisposeAsync();
        await Eventually.TrueAsync(() => Holds(webhook, 0), "the body forgotten");
        using var judged = await webhook.PostAsync("/validate", body);
        Assert.Equal(HttpStatusCode.OK, judged.StatusCode);
    }

    [Fact]
    public async Task FurtherConnections_AreClosedAtOnce_AndTakenAgainLater()
    {
        await using var webhook = await TestWebhook.StartAsync(parts => parts with { Config = parts.Config with { Limits = new LimitConfig { Connections = 16 } } });
        var held = new List<SslStream>();
        for (int i = 0; i < 16; i++)
            held.Add(await webhook.DialAsync());

        await Assert.ThrowsAnyAsync<Exception>(webhook.DialAsync);

        foreach (var tls in held)
            await tls.DisposeAsync();
        await Eventually.TrueAsync(() => CanDialAsync(webhook).GetAwaiter().GetResult(), "a connection");
    }

    private static bool Holds(TestWebhook webhook, int bytes) => webhook.Daemon.Metrics.Text().Contains($"multinet_admission_body_bytes {bytes}\n", StringComparison.Ordinal);

    private static async Task<bool> CanDialAsync(TestWebhook webhook)
    {
        try
        {
            await using var tls = await webhook.DialAsync();
            return true;
        }
        catch (Exception e) when (e is IOException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            return false;
        }
    }

    // Reads until the server hangs up: a client that is waited for, for ever, fails by the deadline.
    private static async Task DrainAsync(Stream stream)
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        byte[] buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, patience.Token) > 0)
                continue;
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }
    }
}
