using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MultiNet.Kubernetes.Tests.Server;

namespace MultiNet.Bench.Daemon;

/// <summary>A <c>multinetd</c> with a scripted API server over TLS, in folders of its own.</summary>
internal sealed class DaemonUnderLoad : IAsyncDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("multinet-bench-").FullName;
    private Process? _process;

    private DaemonUnderLoad(WatchedCluster cluster) => Cluster = cluster;

    /// <summary>The API server.</summary>
    public WatchedCluster Cluster { get; private set; }

    /// <summary>A kubeconfig for it.</summary>
    public string Kubeconfig => $"{_folder}/kubeconfig";

    /// <summary>The daemon's socket.</summary>
    public string SocketPath => $"{_folder}/run/multinetd.sock";

    /// <summary>Starts the API server; the daemon is started by <see cref="StartDaemonAsync"/>.</summary>
    public static async Task<DaemonUnderLoad> StartAsync()
    {
        var all = new DaemonUnderLoad(null!);
        all.Cluster = await WatchedCluster.StartAsync(all._authority.Issue("apiserver", null, "127.0.0.1"));
        File.WriteAllText(all.Kubeconfig, $$$"""
            {"apiVersion": "v1", "kind": "Config", "current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
             "clusters": [{"name": "c", "cluster": {"server": "{{{all.Cluster.Server.Url.AbsoluteUri}}}",
               "certificate-authority-data": "{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(all._authority.Pem))}}}"}}],
             "users": [{"name": "u", "user": {"token": "t"}}]}
            """);
        return all;
    }

    /// <summary>Starts the daemon and waits until it is ready.</summary>
    /// <param name="program">The executable.</param>
    /// <param name="stateDir">The journals.</param>
    public async Task StartDaemonAsync(string program, string stateDir)
    {
        int port;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        File.WriteAllText($"{_folder}/config.json", $$"""
            {"nodeName": "node1", "kubeconfig": "{{Kubeconfig}}", "socket": "{{SocketPath}}", "stateDir": "{{stateDir}}", "listen": "127.0.0.1:{{port}}", "hostProcess": "/proc/self",
             "logLevel": "warning"}
            """);
        _process = Process.Start(new ProcessStartInfo(program, ["--config", $"{_folder}/config.json"]))!;
        using var http = new HttpClient();
        for (var waited = 0; ; waited++)
        {
            try
            {
                if ((await http.GetAsync($"http://127.0.0.1:{port}/readyz")).IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            if (waited > 600 || _process.HasExited)
            {
                throw new InvalidOperationException("the daemon does not become ready");
            }

            await Task.Delay(100);
        }
    }

    /// <summary>A number of <c>/proc/PID/status</c>, in KiB.</summary>
    public long Memory(string name) => long.Parse(
        File.ReadLines($"/proc/{_process!.Id}/status").First(l => l.StartsWith(name + ":", StringComparison.Ordinal)).Split(':')[1].Replace("kB", "").Trim(), CultureInfo.InvariantCulture);

    /// <summary>Asks the daemon.</summary>
    public async Task<string> AskAsync(string request)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath));
        var message = new byte[4 + Encoding.UTF8.GetByteCount(request)];
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length - 4);
        Encoding.UTF8.GetBytes(request, message.AsSpan(4));
        await socket.SendAsync(message);
        await using var stream = new NetworkStream(socket);
        await stream.ReadExactlyAsync(message.AsMemory(0, 4));
        var answer = new byte[BinaryPrimitives.ReadInt32LittleEndian(message)];
        await stream.ReadExactlyAsync(answer);
        return Encoding.UTF8.GetString(answer);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        await Cluster.DisposeAsync();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
