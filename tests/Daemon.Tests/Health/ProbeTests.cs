using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using MultiNet.Hosting.Health;
using MultiNet.Hosting.Logging;
using TcpSocket = System.Net.Sockets.Socket;

namespace MultiNet.Daemon.Tests.Health;

public sealed class ProbeTests
{
    [Fact]
    public async Task Readiness_NeedsCachesThatAreComplete()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.Fault = async context =>
        {
            if (context.Request.Path.Value!.Contains("network-attachment", StringComparison.Ordinal))
            {
                await context.StatusAsync(500, "InternalError");
                return true;
            }
            return false;
        };
        await using var daemon = await TestDaemon.StartAsync(cluster.Server.Config());
        await daemon.Context.Caches.Pods.Synced.WaitAsync(Eventually.Patience);
        await daemon.Context.Caches.Namespaces.Synced.WaitAsync(Eventually.Patience);

        Assert.StartsWith("the attachment definitions have not been listed yet", Assert.Single(await daemon.Daemon.Health.NotReadyAsync()));

        cluster.Fault = _ => Task.FromResult(false);
        await daemon.Context.Caches.Synced.WaitAsync(Eventually.Patience);
        Assert.Empty(await daemon.Daemon.Health.NotReadyAsync());
    }

    [Fact]
    public async Task Readiness_NamesTheDefinition_ThatTheApiServerLacks()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        cluster.Fault = async context =>
        {
            bool isLacking = context.Request.Path.Value!.Contains("network-attachment", StringComparison.Ordinal);
            if (isLacking)
            {
                context.Response.StatusCode = 404;
                await context.Response.WriteAsync("404 page not found\n");
            }
            return isLacking;
        };
        await using var daemon = await TestDaemon.StartAsync(cluster.Server.Config());
        await daemon.Context.Caches.Pods.Synced.WaitAsync(Eventually.Patience);
        await daemon.Context.Caches.Namespaces.Synced.WaitAsync(Eventually.Patience);

        await Eventually.TrueAsync(() => daemon.Context.Caches.NotListed().Any(reason => reason.Contains("crds/network-attachment.yaml", StringComparison.Ordinal)));
        Assert.Contains("network-attachment-definitions", Assert.Single(await daemon.Daemon.Health.NotReadyAsync()));
    }

    [Fact]
    public async Task Readiness_NeedsTheDefaultNetwork_WhereOneIsNamed()
    {
        using var folder = new TestFolder();
        string file = Path.Combine(folder.Path, "ready");
        await using var cluster = await WatchedCluster.StartAsync();
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster, change: config => config with { ReadinessIndicatorFile = file });

        Assert.Contains(file, Assert.Single(await daemon.Daemon.Health.NotReadyAsync()));
        await File.WriteAllTextAsync(file, "");
        Assert.Empty(await daemon.Daemon.Health.NotReadyAsync());
    }

    [Fact]
    public async Task LivenessAndReadiness_NeedASocketThatAnswers()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);
        Assert.Null(await daemon.Daemon.Health.NotAliveAsync());

        File.Delete(daemon.Config.Socket);

        Assert.Contains(daemon.Config.Socket, await daemon.Daemon.Health.NotAliveAsync());
        Assert.Contains(daemon.Config.Socket, Assert.Single(await daemon.Daemon.Health.NotReadyAsync()));
    }

    [Fact]
    public async Task Server_AnswersProbesAndScrapers_AndOutlivesNonsense()
    {
        await using var cluster = await WatchedCluster.StartAsync();
        await using var daemon = await TestDaemon.StartSyncedAsync(cluster);
        using var stop = new CancellationTokenSource();
        var server = new ProbeServer(new IPEndPoint(IPAddress.Loopback, 0), daemon.Daemon.Health, new DaemonLog(Stream.Null, DaemonLogLevel.Error))
        {
            Patience = TimeSpan.FromSeconds(10),
        };
        var running = server.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => server.Bound is not null);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{server.Bound}") };

        using var silent = new TcpSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await silent.ConnectAsync(server.Bound!);
        Assert.StartsWith("HTTP/1.1 400 ", await SendAsync(server.Bound!, "nonsense\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 400 ", await SendAsync(server.Bound!, new string('x', 8 * 1024)));
        Assert.StartsWith("HTTP/1.1 405 ", await SendAsync(server.Bound!, "POST /metrics HTTP/1.1\r\n\r\n"));
        Assert.Equal("ready\n", await http.GetStringAsync("/readyz"));
        Assert.Equal("alive\n", await http.GetStringAsync("/livez?verbose"));
        Assert.Contains("multinet_cache_synced{cache=\"pods\"} 1", await http.GetStringAsync("/metrics"));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/")).StatusCode);
        File.Delete(daemon.Config.Socket);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync("/readyz")).StatusCode);

        await stop.CancelAsync();
        await running.WaitAsync(Eventually.Patience);
    }

    private static async Task<string> SendAsync(IPEndPoint server, string text)
    {
        using var client = new TcpSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(server);
        await client.SendAsync(Encoding.ASCII.GetBytes(text));
        byte[] answer = new byte[1024];
        int read = await client.ReceiveAsync(answer).WaitAsync(Eventually.Patience);
        return Encoding.ASCII.GetString(answer, 0, read);
    }
}
