using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using MultiNet.Hosting.Logging;
using MultiNet.Webhook.Configuration;

namespace MultiNet.Webhook.Tests;

/// <summary>A webhook on loopback, with real Kestrel and real TLS, asked as the API server asks.</summary>
internal sealed class TestWebhook : IAsyncDisposable
{
    public const string HostName = "multinet-webhook.multinet-webhook.svc";

    private readonly CancellationTokenSource _stop = new(), _hurry = new();
    private readonly MemoryStream _log = new();
    private Task _running = Task.CompletedTask;

    private TestWebhook(WebhookParts parts, TestAuthority authority, TestCertificate certificate)
    {
        (Authority, Certificate) = (authority, certificate);
        Daemon = new WebhookDaemon(parts, new DaemonLog(_log, parts.Config.LogLevel));
        Http = Client();
    }

    public TestAuthority Authority { get; }

    public TestCertificate Certificate { get; }

    public WebhookDaemon Daemon { get; }

    public HttpClient Http { get; }

    public Task Ended => _running;

    public static WebhookConfig Config { get; } = new()
    {
        Listen = new IPEndPoint(IPAddress.Loopback, 0), HealthListen = new IPEndPoint(IPAddress.Loopback, 0), Drain = TimeSpan.Zero,
    };

    public static async Task<TestWebhook> StartAsync(Func<WebhookParts, WebhookParts>? change = null)
    {
        var authority = new TestAuthority();
        var certificate = new TestCertificate { Current = TestCertificate.Issue(authority) };
        var parts = new WebhookParts { Config = Config, Certificate = certificate };
        var webhook = new TestWebhook(change?.Invoke(parts) ?? parts, authority, certificate);
        webhook._running = webhook.Daemon.RunAsync(webhook._stop.Token, webhook._hurry.Token);
        await Eventually.TrueAsync(() => webhook._running.IsCompleted || (webhook.Daemon.Bound is not null && (webhook.Daemon.HealthBound is not null || parts.Config.HealthListen is null)), "listening");
        if (webhook._running.IsCompleted)
            await webhook._running;
        return webhook;
    }

    /// <summary>As SIGTERM does; again: as a second one does.</summary>
    public void Stop() => (_stop.IsCancellationRequested ? _hurry : _stop).Cancel();

    /// <summary>The log so far.</summary>
    public string Log()
    {
        lock (_log)
            return Encoding.UTF8.GetString(_log.ToArray());
    }

    public HttpClient Client() => new(new SocketsHttpHandler
    {
        // Longer than a machine that is busy takes.
        Expect100ContinueTimeout = Eventually.Patience,
        SslOptions = new SslClientAuthenticationOptions { TargetHost = HostName, CertificateChainPolicy = Trust() },
        ConnectCallback = async (_, cancellationToken) => new NetworkStream(await ConnectAsync(cancellationToken), ownsSocket: true),
    })
    {
        BaseAddress = new Uri($"https://{HostName}"), Timeout = Eventually.Patience,
    };

    public async Task<Socket> ConnectAsync(CancellationToken cancellationToken = default)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Daemon.Bound!, cancellationToken);
        return socket;
    }

    /// <summary>A connection of raw TLS.</summary>
    public async Task<SslStream> DialAsync()
    {
        var tls = new SslStream(new NetworkStream(await ConnectAsync(), ownsSocket: true));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = HostName, CertificateChainPolicy = Trust() });
        return tls;
    }

    public Task<HttpResponseMessage> PostAsync(string path, byte[] body, string contentType = "application/json")
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return Http.PostAsync(new Uri(path, UriKind.Relative), content);
    }

    /// <summary>Sends a review, and gives the <c>response</c> of its answer.</summary>
    public async Task<JsonElement> ReviewAsync(Review review, string path = "/validate?timeout=10s")
    {
        using var answer = await PostAsync(path, Encoding.UTF8.GetBytes(review.ToJson()));
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode}: {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        var root = JsonDocument.Parse(text).RootElement;
        Assert.Equal("admission.k8s.io/v1", root.GetProperty("apiVersion").GetString());
        Assert.Equal("AdmissionReview", root.GetProperty("kind").GetString());
        var response = root.GetProperty("response");
        Assert.Equal(review.Uid, response.GetProperty("uid").GetString());
        return response;
    }

    public async Task<(HttpStatusCode Code, string Text)> ProbeAsync(string path)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"http://{Daemon.HealthBound}{path}"));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _stop.CancelAsync();
        await _hurry.CancelAsync();
        await _running.WaitAsync(Eventually.Patience);
        Daemon.Dispose();
        Authority.Dispose();
        _stop.Dispose();
        _hurry.Dispose();
    }

    private X509ChainPolicy Trust()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(Authority.Pem);
        return policy;
    }
}
