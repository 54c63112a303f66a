using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using MultiNet.Kubernetes.Kubelet;
using static MultiNet.Kubernetes.Tests.Kubelet.GrpcAnswers;

namespace MultiNet.Kubernetes.Tests.Kubelet;

public class PodResourcesTests
{
    private static readonly byte[] s_web = Pod("web", ("a", "x.org/nic", ["0000:01:00.1", "0000:01:00.0"]), ("b", "x.org/nic", ["0000:01:00.2"]), ("b", "x.org/gpu", ["g1"]));

    [Fact]
    public async Task DevicesOf_AsksForOnePod_WhereTheKubeletCanTellIt()
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.Answer = context => context.SendAsync(s_web);
        using var client = kubelet.Client();
        Assert.Equal(
            ["a x.org/nic 0000:01:00.1,0000:01:00.0", "b x.org/nic 0000:01:00.2", "b x.org/gpu g1"], await Ask(client));
        Assert.Equal(["Get"], kubelet.Calls);
        // pod_name 1, pod_namespace 2, behind a prefix of five bytes.
        Assert.Equal([0, 0, 0, 0, 14, 10, 3, .. "web"u8, 18, 7, .. "default"u8], Assert.Single(kubelet.Requests));
    }

    [Theory]
    [InlineData(GrpcStatusCode.Unimplemented, "unknown method Get")]
    [InlineData(GrpcStatusCode.Unknown, "PodResources API Get method disabled")]
    [InlineData(GrpcStatusCode.Unknown, "pod web in namespace default not found")]
    public async Task DevicesOf_ListsAllPods_WhereGetDoesNotAnswer(GrpcStatusCode code, string message)
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.Answer = context => context.IsGet() ? context.FailAsync(code, message)
            : context.SendAsync([.. Pod("other", "web", ("a", "x.org/nic", ["wrong"])), .. Pod("web2", ("a", "x.org/nic", ["wrong"])), .. s_web]);
        using var client = kubelet.Client();
        Assert.Equal(3, (await Ask(client)).Length);
        Assert.Equal(["Get", "List"], kubelet.Calls);
    }

    [Fact]
    public async Task DevicesOf_FindsThePod_AmongHundreds()
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        string[] ids = [.. Enumerable.Range(0, 200).Select(i => $"0000:{i:x2}:00.0")];
        byte[] list = [.. Enumerable.Range(0, 1500).SelectMany(i => Pod($"pod{i}", ("a", "x.org/nic", ids)))];
        Assert.InRange(list.Length, 4_000_000, GrpcChannel.LargestAnswer);
        kubelet.Answer = context => context.IsGet() ? context.FailAsync(GrpcStatusCode.Unimplemented) : context.SendAsync([.. list, .. s_web]);
        using var client = kubelet.Client();
        Assert.Equal(3, (await Ask(client)).Length);
    }

    [Fact]
    public async Task DevicesOf_RefusesAnAnswerThatIsTooLong()
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.Answer = async context =>
        {
            await context.Response.Body.WriteAsync(new byte[] { 0, 1, 0, 0, 1 });
            context.Response.AppendTrailer("grpc-status", "0");
        };
        Assert.Contains("16777217 bytes; at most 16777216", (await Fails(kubelet, GrpcStatusCode.Internal)).Message);
    }

    [Theory]
    [InlineData(GrpcStatusCode.ResourceExhausted)]
    [InlineData(GrpcStatusCode.Unavailable)]
    public async Task DevicesOf_TriesAgain_WhenTheKubeletHasTooMuchToDo(GrpcStatusCode code)
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.Answer = context => kubelet.Calls.Count < 3 ? context.FailAsync(code, "rejected by rate limit") : context.SendAsync(s_web);
        using var client = kubelet.Client();
        Assert.Equal(3, (await Ask(client)).Length);
        Assert.Equal(["Get", "Get", "Get"], kubelet.Calls);
    }

    [Fact]
    public async Task DevicesOf_SaysWhy_WhenTheRateLimitStays()
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.Answer = context => context.FailAsync(GrpcStatusCode.ResourceExhausted, "rejected by rate limit: 100 %");
        var e = await Fails(kubelet, GrpcStatusCode.ResourceExhausted);
        Assert.Contains("rejected by rate limit: 100 %", e.Message);
        Assert.Contains("kubelet.sock", e.Message);
        Assert.Equal(3, kubelet.Calls.Count);
    }

    [Fact]
    public async Task DevicesOf_GivesUp_WhenTheKubeletHangs()
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        // On a busy machine a call may not have arrived when it is given up: then with more time.
        for (var time = TimeSpan.FromMilliseconds(50); ; time *= 2)
        {
            kubelet.Calls.Clear();
            using var client = kubelet.Client(ScriptedKubelet.Quick with { AttemptTimeout = time });
            var e = await Assert.ThrowsAsync<KubeletException>(() => Ask(client));
            Assert.Equal(GrpcStatusCode.Unavailable, e.Code);
            Assert.Contains("no answer in time", e.Message);
            if (kubelet.Calls.Count == 3 || time > TimeSpan.FromSeconds(10))
                break;
        }

        Assert.Equal(3, kubelet.Calls.Count);
    }

    [Fact]
    public async Task DevicesOf_KeepsTheCallersDeadline()
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        using var client = kubelet.Client();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        var e = await Assert.ThrowsAsync<KubeletException>(() => client.DevicesOfAsync("default", "web", deadline.Token));
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, e.Code);
    }

    [Fact]
    public async Task DevicesOf_TriesAgain_WhenTheAnswerIsBrokenOff()
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.Answer = async context =>
        {
            if (kubelet.Calls.Count > 1)
            {
                await context.SendAsync(s_web);
                return;
            }
            await context.Response.Body.WriteAsync(GrpcFrame.Of(s_web).AsMemory(0, 20));
            await context.Response.Body.FlushAsync();
            await context.BreakOffAsync();
        };
        using var client = kubelet.Client();
        Assert.Equal(3, (await Ask(client)).Length);
    }

    [Theory]
    [InlineData("half a prefix", new byte[] { 0, 0 }, "ends after 2 bytes")]
    [InlineData("half a message", new byte[] { 0, 0, 0, 0, 9, 1, 2 }, "ends after 2 of 9 bytes")]
    [InlineData("compressed", new byte[] { 1, 0, 0, 0, 1, 1 }, "compressed")]
    [InlineData("two messages", new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "more than one message")]
    [InlineData("no message", new byte[0], "no message")]
    [InlineData("no field", new byte[] { 0, 0, 0, 0, 2, 0, 0 }, "field without a number")]
    [InlineData("a group", new byte[] { 0, 0, 0, 0, 1, 0x13 }, "wire type 3")]
    [InlineData("a number for a pod", new byte[] { 0, 0, 0, 0, 2, 8, 1 }, "wire type 0")]
    [InlineData("a pod that is cut off", new byte[] { 0, 0, 0, 0, 3, 10, 9, 1 }, "middle of a value")]
    [InlineData("an endless number", new byte[] { 0, 0, 0, 0, 12, 10, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1 }, "more than 64 bits")]
    [InlineData("an empty pod", new byte[] { 0, 0, 0, 0, 2, 10, 0 }, "no pod default/web")]
    public async Task DevicesOf_SaysWhatIsWrong_WhenTheAnswerIsBroken(string what, byte[] body, string cause)
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.Answer = async context =>
        {
            await context.Response.Body.WriteAsync(body);
            context.Response.AppendTrailer("grpc-status", "0");
        };
        using var client = kubelet.Client();
        var e = await Assert.ThrowsAsync<KubeletException>(() => Ask(client));
        Assert.True(e.Message.Contains(cause, StringComparison.Ordinal), $"{what}: {e.Message}");
        Assert.False(e.IsTransient);
    }

    [Theory]
    [InlineData(null, "no grpc-status")]
    [InlineData("zero", "is no number")]
    [InlineData("-1", "is no number")]
    [InlineData("99", "Unknown")]
    [InlineData("9", "FailedPrecondition")]
    public async Task DevicesOf_BelievesNoAnswer_WithoutAGoodStatus(string? status, string cause)
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.Answer = async context =>
        {
            await context.Response.Body.WriteAsync(GrpcFrame.Of(s_web));
            if (status is not null)
                context.Response.AppendTrailer("grpc-status", status);
        };
        using var client = kubelet.Client();
        var e = await Assert.ThrowsAsync<KubeletException>(() => Ask(client));
        Assert.Contains(cause, e.Message);
    }

    [Theory]
    [InlineData(200, "text/html", "content type \"text/html\"")]
    [InlineData(404, "text/plain", "HTTP status 404")]
    [InlineData(503, "text/plain", "HTTP status 503")]
    public async Task DevicesOf_RefusesWhatIsNotGrpc(int status, string type, string cause)
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.Answer = async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            await context.Response.Body.WriteAsync(GrpcFrame.Of(s_web));
        };
        using var client = kubelet.Client();
        Assert.Contains(cause, (await Assert.ThrowsAsync<KubeletException>(() => Ask(client))).Message);
    }

    [Fact]
    public async Task DevicesOf_DoesNotGuess_WhenTwoPodsHaveTheName()
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.Answer = context => context.IsGet() ? context.FailAsync(GrpcStatusCode.Unimplemented)
            : context.SendAsync([.. s_web, .. Pod("web", ("a", "x.org/nic", ["old"]))]);
        Assert.Contains("has 2 pods default/web", (await Fails(kubelet, GrpcStatusCode.FailedPrecondition)).Message);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("\0\0\0garbage that is no frame of HTTP/2, and long enough to be taken for one")]
    [InlineData("")]
    public async Task DevicesOf_Fails_WhenSomethingElseListens(string answer)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("multinet-kubelet-").FullName, "kubelet.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using var ended = new CancellationTokenSource();
        var serving = Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested)
            {
                using var peer = await listener.AcceptAsync(ended.Token);
                await peer.SendAsync(Encoding.ASCII.GetBytes(answer));
                peer.Shutdown(SocketShutdown.Send);
                while (await peer.ReceiveAsync(new byte[1024], ended.Token) > 0)
                {
                    // The client says what it has to say; closed before, its end would be a reset.
                }
            }
        });
        // The framework may wait for more of a frame that it has not understood.
        using (var client = new PodResourcesClient(path, ScriptedKubelet.Quick with { AttemptTimeout = TimeSpan.FromMilliseconds(300) }))
            Assert.Equal(GrpcStatusCode.Unavailable, (await Assert.ThrowsAsync<KubeletException>(() => Ask(client))).Code);
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public async Task DevicesOf_Fails_WhenNobodyListens()
    {
        using var client = new PodResourcesClient("/nowhere/kubelet.sock", ScriptedKubelet.Quick);
        var e = await Assert.ThrowsAsync<KubeletException>(() => Ask(client));
        Assert.Equal(GrpcStatusCode.Unavailable, e.Code);
        Assert.Contains("/nowhere/kubelet.sock", e.Message);
    }

    private static async Task<string[]> Ask(PodResourcesClient client) =>
        [.. (await client.DevicesOfAsync("default", "web", CancellationToken.None)).Select(d => $"{d.Container} {d.Resource} {string.Join(',', d.DeviceIds)}")];

    private static async Task<KubeletException> Fails(ScriptedKubelet kubelet, GrpcStatusCode code)
    {
        using var client = kubelet.Client();
        var e = await Assert.ThrowsAsync<KubeletException>(() => Ask(client));
        Assert.Equal(code, e.Code);
        return e;
    }
}
