using System.Text;

namespace MultiNet.Webhook.Tests.Serving;

/// <summary>
/// Requests of which two readers could see different ends: each is refused, and what follows on the connection is never taken for a request.
/// Sent as bytes over TLS.
/// </summary>
public sealed class SmugglingTests
{
    private const string Head = "POST /validate HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
    private const string Second = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n";

    [Theory]
    [InlineData("length and chunks", Head + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX")]
    [InlineData("two lengths", Head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}    ")]
    [InlineData("a list of lengths", Head + "Content-Length: 5, 6\r\n\r\n{}    ")]
    [InlineData("a signed length", Head + "Content-Length: +5\r\n\r\n{}   ")]
    [InlineData("a negative length", Head + "Content-Length: -5\r\n\r\n{}   ")]
    [InlineData("a huge length", Head + "Content-Length: 99999999999999999999\r\n\r\n{}   ")]
    [InlineData("a hexadecimal length", Head + "Content-Length: 0x5\r\n\r\n{}   ")]
    [InlineData("a folded header", Head + "X-A: b\r\n c: d\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("a folded length", Head + "Content-Length:\r\n 5\r\n\r\n{}   ")]
    [InlineData("a blank before the colon", Head + "Content-Length : 5\r\n\r\n{}   ")]
    [InlineData("an unknown encoding", Head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("an encoding before chunks", Head + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("two encodings", Head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n")]
    [InlineData("a chunk's bad length", Head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("a chunk's negative length", Head + "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("a chunk's huge length", Head + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n")]
    [InlineData("a chunk without an end", Head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n")]
    [InlineData("a bare carriage return", Head + "X-A: b\rContent-Length: 5\r\n\r\n{}   ")]
    [InlineData("a null in a header", Head + "X-A: b\0c\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("two hosts", "POST /validate HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("no host", "POST /validate HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("an unknown version", "POST /validate HTTP/3.7\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("no HTTP", "hello\r\n\r\n")]
    [InlineData("TLS again", "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n")]
    public async Task AmbiguousRequest_IsRefused_AndNothingAfterItIsAnswered(string what, string request)
    {
        await using var webhook = await TestWebhook.StartAsync();

        string answers = await AskAsync(webhook, request + Second);

        Assert.False(answers.Contains("HTTP/1.1 200", StringComparison.Ordinal), $"{what}: {answers}");
        Assert.True(answers.Length == 0 || answers.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) || answers.StartsWith("HTTP/1.1 505", StringComparison.Ordinal), $"{what}: {answers}");
        Assert.True(answers.Split("HTTP/1.1 ").Length <= 2, $"{what} got two answers: {answers}");
        var healthy = await webhook.ReviewAsync(Review.Pod("blue"));
        Assert.True(healthy.GetProperty("allowed").GetBoolean());
    }

    [Fact]
    public async Task BareLineFeeds_EndALine_OnlyAsKestrelReadsThem_AndMakeNoSecondRequest()
    {
        await using var webhook = await TestWebhook.StartAsync();

        // A reader that sees one header "X-A" here would see a body of 36 bytes; there is one request for every reader, or none.
        string answers = await AskAsync(webhook, $"POST /validate HTTP/1.1\nHost: h\nContent-Type: application/json\nX-A: b\nContent-Length: {Second.Length}\n\n{Second}");

        Assert.DoesNotContain("HTTP/1.1 200", answers, StringComparison.Ordinal);
        Assert.True(answers.Split("HTTP/1.1 ").Length <= 2, answers);
    }

    [Fact]
    public async Task Pipelining_IsAnsweredInOrder()
    {
        await using var webhook = await TestWebhook.StartAsync();
        string review = Review.Pod("blue").ToJson();
        string request = $"{Head}Content-Length: {Encoding.UTF8.GetByteCount(review)}\r\n\r\n{review}";

        string answers = await AskAsync(webhook, request + request + Second.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal));

        Assert.Equal(3, answers.Split("HTTP/1.1 200 OK").Length - 1);
        Assert.EndsWith("ok\n", answers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusedBody_EndsTheConnection_SoThatItsRestIsNoRequest()
    {
        await using var webhook = await TestWebhook.StartAsync();

        string answers = await AskAsync(webhook, $"POST /validate HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: {Second.Length}\r\n\r\n{Second}");

        Assert.StartsWith("HTTP/1.1 415", answers, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answers, StringComparison.Ordinal);
        Assert.Equal(2, answers.Split("HTTP/1.1 ").Length);
    }

    [Fact]
    public async Task LongHead_IsRefused()
    {
        await using var webhook = await TestWebhook.StartAsync();

        foreach (string request in (string[])
            [
                $"GET /{new string('x', 8192)} HTTP/1.1\r\nHost: h\r\n\r\n",
                $"GET / HTTP/1.1\r\nHost: h\r\nX: {new string('x', 32 * 1024)}\r\n\r\n",
                $"GET / HTTP/1.1\r\nHost: h\r\n{string.Concat(Enumerable.Range(0, 200).Select(i => $"X{i}: y\r\n"))}\r\n",
            ])
        {
            string answer = await AskAsync(webhook, request + Second);

            // Where it hangs up with bytes unread, the answer may be lost on its way.
            Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 414", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 431", StringComparison.Ordinal), answer);
            Assert.DoesNotContain("HTTP/1.1 200", answer, StringComparison.Ordinal);
        }
    }

    // Everything that is answered until the server closes; a connection that stays open is closed by this end after its requests.
    private static async Task<string> AskAsync(TestWebhook webhook, string bytes)
    {
        await using var tls = await webhook.DialAsync();
        var answers = new StringBuilder();
        byte[] buffer = new byte[16 * 1024];
        using var patience = new CancellationTokenSource(Eventually.Patience);
        try
        {
            await tls.WriteAsync(Encoding.Latin1.GetBytes(bytes), patience.Token);
            await tls.ShutdownAsync();
            while (await tls.ReadAsync(buffer, patience.Token) is > 0 and int read)
                answers.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // It hung up.
        }
        return answers.ToString();
    }
}
