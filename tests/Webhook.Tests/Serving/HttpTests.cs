using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using MultiNet.Webhook.Configuration;

namespace MultiNet.Webhook.Tests.Serving;

/// <summary>HTTP as the API server speaks it, and what else is sent.</summary>
public sealed class HttpTests
{
    private static byte[] Good => Encoding.UTF8.GetBytes(Review.Pod("blue").ToJson());

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/yaml")]
    [InlineData("application/jsonx")]
    [InlineData("")]
    public async Task OtherContentTypes_AreNotTaken(string type)
    {
        await using var webhook = await TestWebhook.StartAsync();

        using var answer = await webhook.PostAsync("/validate", Good, type);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Contains("application/json", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON")]
    public async Task Json_IsTaken(string type)
    {
        await using var webhook = await TestWebhook.StartAsync();

        using var answer = await webhook.PostAsync("/validate", Good, type);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task EncodedBody_IsNotTaken()
    {
        await using var webhook = await TestWebhook.StartAsync();
        using var content = new ByteArrayContent(Good);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        content.Headers.ContentEncoding.Add("gzip");

        using var answer = await webhook.Http.PostAsync(new Uri("/validate", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Fact]
    public async Task EmptyBody_IsABadRequest()
    {
        await using var webhook = await TestWebhook.StartAsync();

        using var answer = await webhook.PostAsync("/validate", []);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("no body", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherPathsAndMethods_AreRefused()
    {
        await using var webhook = await TestWebhook.StartAsync();

        using var unknown = await webhook.PostAsync("/", Good);
        using var deeper = await webhook.PostAsync("/validate/x", Good);
        using var get = await webhook.Http.GetAsync(new Uri("/validate", UriKind.Relative));
        using var health = await webhook.Http.GetAsync(new Uri("/healthz", UriKind.Relative));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (unknown.StatusCode, deeper.StatusCode));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        Assert.Equal("POST", Assert.Single(get.Content.Headers.Allow));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.False(health.Headers.Contains("Server"));
    }

    [Fact]
    public async Task LargestBody_IsJudged_AndALongerOneIsTooLarge()
    {
        await using var webhook = await TestWebhook.StartAsync();
        int most = new LimitConfig().BodyBytes;
        byte[] largest = Padded(most), longer = Padded(most + 1);

        using var judged = await webhook.PostAsync("/validate", largest);
        // Who asks before sending, as curl does, hears it; who only sends finds the connection closed.
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/validate", UriKind.Relative)) { Content = new ByteArrayContent(longer) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.ExpectContinue = true;
        using var refused = await webhook.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, judged.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
    }

    [Fact]
    public async Task ChunkedBody_IsJudged_AndALongOneIsTooLarge()
    {
        await using var webhook = await TestWebhook.StartAsync(parts => parts with { Config = parts.Config with { Limits = new LimitConfig { BodyBytes = 64 * 1024 } } });

        Assert.Equal(HttpStatusCode.OK, await ChunkedAsync(webhook, Good));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await ChunkedAsync(webhook, Padded(65 * 1024)));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1_000_000)]
    public async Task DeepNesting_IsABadRequest(int depth)
    {
        await using var webhook = await TestWebhook.StartAsync();
        string deep = Review.Pod("").ToJson().Replace("\"options\":", $"\"x\":{new string('[', depth)}{new string(']', depth)},\"options\":", StringComparison.Ordinal);

        using var answer = await webhook.PostAsync("/validate", Encoding.UTF8.GetBytes(deep));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("deeper than 64", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeepConfiguration_IsRefusedByARule_NotByTheServer()
    {
        await using var webhook = await TestWebhook.StartAsync();

        var response = await webhook.ReviewAsync(Review.Definition($$"""{"type":{{new string('[', 1000)}}{{new string(']', 1000)}}}"""));

        Assert.False(response.GetProperty("allowed").GetBoolean());
    }

    [Fact]
    public async Task Http2_IsNotSpoken()
    {
        await using var webhook = await TestWebhook.StartAsync();
        using var tls = new SslStream(new System.Net.Sockets.NetworkStream(await webhook.ConnectAsync(), ownsSocket: true), false, (_, _, _, _) => true);

        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = TestWebhook.HostName, ApplicationProtocols = [SslApplicationProtocol.Http2] }));
    }

    [Fact]
    public async Task Tls12And13_AreSpoken()
    {
        await using var webhook = await TestWebhook.StartAsync();
        foreach (var protocol in (SslProtocols[])[SslProtocols.Tls12, SslProtocols.Tls13])
        {
            using var tls = new SslStream(new System.Net.Sockets.NetworkStream(await webhook.ConnectAsync(), ownsSocket: true), false, (_, _, _, _) => true);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = TestWebhook.HostName, EnabledSslProtocols = protocol });
            Assert.Equal(protocol, tls.SslProtocol);
        }
    }

    [Fact]
    public async Task Certificate_IsThatOfTheMoment_ForEachConnection()
    {
        await using var webhook = await TestWebhook.StartAsync();
        Assert.Equal(webhook.Certificate.Current!.TargetCertificate.SerialNumber, await ShownAsync(webhook));

        webhook.Certificate.Current = TestCertificate.Issue(webhook.Authority);
        Assert.Equal(webhook.Certificate.Current.TargetCertificate.SerialNumber, await ShownAsync(webhook));

        webhook.Certificate.Current = null;
        await Assert.ThrowsAnyAsync<Exception>(() => ShownAsync(webhook));

        webhook.Certificate.Current = TestCertificate.Issue(webhook.Authority);
        Assert.Equal(webhook.Certificate.Current.TargetCertificate.SerialNumber, await ShownAsync(webhook));
    }

    private static async Task<string> ShownAsync(TestWebhook webhook)
    {
        await using var tls = await webhook.DialAsync();
        return ((System.Security.Cryptography.X509Certificates.X509Certificate2)tls.RemoteCertificate!).SerialNumber;
    }

    // A review of exactly this length: what fills it stands where the API server has the options.
    private static byte[] Padded(int length)
    {
        string review = Review.Pod("blue").ToJson();
        return Encoding.UTF8.GetBytes(review.Replace("CreateOptions", "CreateOptions" + new string('x', length - review.Length), StringComparison.Ordinal));
    }

    private static async Task<HttpStatusCode> ChunkedAsync(TestWebhook webhook, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/validate", UriKind.Relative)) { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = true;
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using var answer = await webhook.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
