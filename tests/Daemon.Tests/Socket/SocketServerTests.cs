using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using MultiNet.Hosting.Logging;
using MultiNet.Daemon.Metrics;
using MultiNet.Daemon.Socket;
using MultiNet.Meta.NodeDaemon;
using UnixSocket = System.Net.Sockets.Socket;

namespace MultiNet.Daemon.Tests.Socket;

public sealed class SocketServerTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("multinetd-").FullName;
    private readonly CancellationTokenSource _stop = new();
    private readonly NodeMetrics _metrics = new();
    private Task _running = Task.CompletedTask;

    private string Path => System.IO.Path.Combine(_folder, "run", "d.sock");

    private static DaemonRequest Hello => new() { Operation = DaemonOperation.Hello };

    private async Task StartAsync(int connections = 4, TimeSpan? patience = null, Func<DaemonRequest, CancellationToken, Task<DaemonAnswer>>? answer = null)
    {
        var server = new SocketServer(Path, connections, answer ?? ((_, _) => Task.FromResult(new DaemonAnswer())), new DaemonLog(Stream.Null, DaemonLogLevel.Error), _metrics)
        {
            Patience = patience ?? TimeSpan.FromSeconds(20), FinishPatience = TimeSpan.FromSeconds(20),
        };
        _running = server.RunAsync(_stop.Token);
        await Eventually.TrueAsync(() => server.IsListening || _running.IsFaulted);
    }

    private Task<bool> IsAnsweredAsync() => Task.Run(() => new DaemonClient(Path).Ask(Hello, TimeSpan.FromSeconds(60), out _) is not null);

    private async Task<UnixSocket> ConnectAsync()
    {
        var socket = new UnixSocket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path));
        return socket;
    }

    // What the server did not read makes the kernel say that the connection was reset.
    private static async Task AssertCutOffAsync(UnixSocket client)
    {
        try
        {
            Assert.Equal(0, await client.ReceiveAsync(new byte[1]).WaitAsync(Eventually.Patience));
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
    }

    private static byte[] Frame(string text, int? length = null)
    {
        byte[] body = Encoding.UTF8.GetBytes(text), frame = new byte[4 + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, length ?? body.Length);
        body.CopyTo(frame, 4);
        return frame;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Eventually.Patience);
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Socket_IsForItsOwnerOnly_InAFolderForItsOwnerOnly()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);

        await StartAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(System.IO.Path.GetDirectoryName(Path)!));
    }

    [Fact]
    public async Task Socket_OfADaemonThatWasKilled_IsReplaced()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        await File.WriteAllTextAsync(Path, "what is left");

        await StartAsync();

        Assert.True(await IsAnsweredAsync());
        Assert.Equal(["d.sock"], Directory.GetFileSystemEntries(System.IO.Path.GetDirectoryName(Path)!).Select(System.IO.Path.GetFileName));
    }

    [Fact]
    public async Task SecondDaemon_WaitsForTheEndOfTheFirst()
    {
        await StartAsync();
        using var stopSecond = new CancellationTokenSource();
        using var log = new MemoryStream();
        var second = new SocketServer(Path, 4, (_, _) => Task.FromResult(new DaemonAnswer { Written = true }), new DaemonLog(log, DaemonLogLevel.Warning), new NodeMetrics())
        {
            OtherPause = TimeSpan.FromMilliseconds(10),
        };
        var running = second.RunAsync(stopSecond.Token);
        await Eventually.TrueAsync(() => _metrics.SocketRequests.Value(DaemonOperation.Hello, "answered") > 3);
        Assert.False(second.IsListening);
        Assert.Single(Encoding.UTF8.GetString(log.ToArray()).Split("another multinetd answers")[1..]);

        await _stop.CancelAsync();
        await Eventually.TrueAsync(() => second.IsListening);
        Assert.True(await Task.Run(() => new DaemonClient(Path).Ask(Hello, TimeSpan.FromSeconds(20), out _)) is { Written: true });
        await stopSecond.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Stop_RemovesTheSocket_ButNotOneOfAnother()
    {
        await StartAsync();
        await _stop.CancelAsync();
        await _running;
        Assert.False(File.Exists(Path));

        using var stop = new CancellationTokenSource();
        var server = new SocketServer(Path, 4, (_, _) => Task.FromResult(new DaemonAnswer()), new DaemonLog(Stream.Null, DaemonLogLevel.Error), _metrics);
        var running = server.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => server.IsListening);
        using (SocketFile.Listen(Path, 1))
        {
            await stop.CancelAsync();
            await running;
            Assert.True(File.Exists(Path));
        }
    }

    [Theory]
    [InlineData("not json", null)]
    [InlineData("null", null)]
    [InlineData("[]", null)]
    [InlineData("{\"v\":\"1\"}", null)]
    [InlineData("{\"v\":1,\"op\":7}", null)]
    [InlineData("{\"v\":1,\"definitions\":[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]}", null)]
    [InlineData("{", 0)]
    [InlineData("{", -1)]
    [InlineData("{", 16 * 1024 * 1024 + 1)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 0x20544547)]
    public async Task Garbage_EndsItsOwnConnectionOnly(string text, int? length)
    {
        await StartAsync(connections: 1);
        using (var hostile = await ConnectAsync())
        {
            await hostile.SendAsync(Frame(text, length));
            await AssertCutOffAsync(hostile);
        }

        Assert.True(await IsAnsweredAsync());
        Assert.Equal(1, _metrics.SocketRequests.Value("none", "malformed"));
    }

    [Fact]
    public async Task RequestOfAnotherVersion_IsRefusedWithAReason()
    {
        await StartAsync();
        using var client = await ConnectAsync();
        await client.SendAsync(Frame("""{"v":2,"op":"pod"}"""));

        byte[] answer = new byte[4096];
        int read = 0;
        while (await client.ReceiveAsync(answer.AsMemory(read)) is > 0 and int more)
            read += more;

        Assert.Contains("version 2 is not spoken here", Encoding.UTF8.GetString(answer, 4, read - 4));
    }

    [Fact]
    public async Task ClientsThatSayNothing_AreCutOff_AndOthersAreServed()
    {
        await StartAsync(connections: 2, patience: TimeSpan.FromSeconds(2));
        var silent = new List<UnixSocket>();
        for (int i = 0; i < 6; i++)
            silent.Add(await ConnectAsync());
        await silent[0].SendAsync(Frame("{", 100));

        Assert.True(await IsAnsweredAsync());

        foreach (var socket in silent)
        {
            await AssertCutOffAsync(socket);
            socket.Dispose();
        }
        await Eventually.TrueAsync(() => _metrics.SocketRequests.Value("none", "too-slow") == 6);
    }

    [Fact]
    public async Task ClientThatDoesNotTakeItsAnswer_IsCutOff()
    {
        var large = new DaemonAnswer { Unknown = new string('x', 8 * 1024 * 1024) };
        await StartAsync(connections: 1, patience: TimeSpan.FromSeconds(2), (r, _) => Task.FromResult(r.Operation == "large" ? large : new DaemonAnswer()));
        using var lazy = await ConnectAsync();
        await lazy.SendAsync(Frame("""{"v":1,"op":"large"}"""));

        Assert.True(await IsAnsweredAsync());
    }

    [Fact]
    public async Task TwoHundredClientsAtOnce_AreAllAnswered()
    {
        await StartAsync(connections: 8);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Factory.StartNew(
            () => new DaemonClient(Path).Ask(Hello, TimeSpan.FromSeconds(60), out _) is not null, TaskCreationOptions.LongRunning)));

        Assert.Equal(200, answers.Count(answered => answered));
    }

    [Fact]
    public async Task LongestMessage_IsTakenWhole()
    {
        DaemonRequest? got = null;
        await StartAsync(answer: (r, _) =>
        {
            got = r;
            return Task.FromResult(new DaemonAnswer());
        });
        var request = new DaemonRequest { Operation = "x", Status = new string('s', 15 * 1024 * 1024) };

        var answer = await Task.Run(() => new DaemonClient(Path).Ask(request, TimeSpan.FromSeconds(60), out _));

        Assert.NotNull(answer);
        Assert.Equal(request.Status, got!.Status);
    }

    [Fact]
    public async Task Stop_LetsWhatIsAtWorkFinish()
    {
        var asked = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        await StartAsync(answer: async (_, _) =>
        {
            asked.SetResult();
            await finish.Task;
            return new DaemonAnswer { Written = true };
        });
        var answer = Task.Run(() => new DaemonClient(Path).Ask(Hello, TimeSpan.FromSeconds(60), out _));
        await asked.Task.WaitAsync(Eventually.Patience);

        await _stop.CancelAsync();
        finish.SetResult();

        Assert.True((await answer)!.Written);
        await _running.WaitAsync(Eventually.Patience);
        Assert.Null(new DaemonClient(Path).Ask(Hello, TimeSpan.FromSeconds(1), out _));
    }
}
