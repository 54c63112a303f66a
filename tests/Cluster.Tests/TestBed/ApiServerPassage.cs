using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using MultiNet.Kubernetes;

namespace MultiNet.Cluster.Tests.TestBed;

/// <summary>
/// The cluster's API server for a client in the test's own process: the server is in the node's network, connections to a socket here are
/// passed on to it. The test may cut them.
/// </summary>
internal sealed partial class ApiServerPassage : IAsyncDisposable
{
    private const int CLONE_NEWNET = 0x40000000;

    private readonly string _network;
    private readonly string _kubeconfig;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<Socket> _open = [];
    private readonly Task _accepting;

    public ApiServerPassage(ClusterUnderTest cluster)
    {
        _network = cluster.Node.Outside("/proc/1/ns/net");
        // In the certificate there is the address, not the port.
        _kubeconfig = Path.GetTempFileName();
        _listener.Start();
        var text = File.ReadAllText(cluster.Kubectl.Kubeconfig);
        File.WriteAllText(_kubeconfig, System.Text.RegularExpressions.Regex.Replace(text, @"https://[\d.]+:\d+", $"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}"));
        _accepting = AcceptAsync();
    }

    /// <summary>A client, with the administrator's credentials.</summary>
    public ApiServerClient Client(string name = "tests/1") => new(KubeConfig.Load([_kubeconfig]), name);

    /// <summary>Ends all connections.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            foreach (var socket in _open)
                socket.Dispose();
            _open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        Cut();
        _listener.Dispose();
        _stop.Dispose();
        File.Delete(_kubeconfig);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var here = await _listener.AcceptSocketAsync(_stop.Token);
                var there = SocketInNode();
                lock (_lock)
                    _open.AddRange([here, there]);
                try
                {
                    await there.ConnectAsync(IPAddress.Loopback, 6443, _stop.Token);
                }
                catch (SocketException)
                {
                    // The server is away: who asks is told so, and may come again.
                    here.Dispose();
                    there.Dispose();
                    continue;
                }

                _ = Task.WhenAny(CopyAsync(here, there), CopyAsync(there, here)).ContinueWith(
                    _ =>
                    {
                        here.Dispose();
                        there.Dispose();
                    },
                    TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (await from.ReceiveAsync(buffer) is > 0 and int count)
            {
                for (int sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    // A socket stays in the network where it was made; the thread ends, so that nobody else gets one that is in the node.
    private Socket SocketInNode()
    {
        Socket? socket = null;
        int result = 0;
        var thread = new Thread(() =>
        {
            using var network = File.OpenHandle(_network);
            result = SetNamespace(network.DangerousGetHandle().ToInt32(), CLONE_NEWNET);
            if (result == 0)
                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new InvalidOperationException("the node's network cannot be entered");
    }

    [LibraryImport("libc", EntryPoint = "setns")]
    private static partial int SetNamespace(int fd, int type);
}
