using System.Text;
using System.Text.Json.Nodes;
using MultiNet.Cni;
using MultiNet.Delegates.Ipam.Dhcp;

namespace MultiNet.Delegates.Tests.Ipam.Dhcp;

/// <summary>A node with a DHCP daemon, running in this process, and pods on a bridge.</summary>
internal sealed class DaemonNode : IDisposable
{
    private readonly List<string> _log = [];
    private DhcpDaemon? _daemon;
    private Thread? _thread;

    public DaemonNode() => Server = new DnsmasqServer(Node);

    public TestNode Node { get; } = new();

    public DnsmasqServer Server { get; }

    public string SocketPath => Path.Combine(Node.Folder, "dhcp.sock");

    public string StateDirectory => Path.Combine(Node.Folder, "leases");

    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    public DhcpDaemonOptions Options => new() { SocketPath = SocketPath, StateDirectory = StateDirectory, ResendTimeout = TimeSpan.FromSeconds(3), Timeout = TimeSpan.FromSeconds(1) };

    /// <summary>The leases on disk.</summary>
    public IReadOnlyList<string> LeaseFiles => [.. Directory.GetFiles(StateDirectory).Select(f => Path.GetFileName(f)).Where(f => f != "lock").Order()];

    public void StartDaemon(DhcpDaemonOptions? options = null)
    {
        var daemon = DhcpDaemon.Open(options ?? Options, line =>
        {
            lock (_log)
                _log.Add(line);
        });
        _daemon = daemon;
        _thread = new Thread(daemon.Run);
        _thread.Start();
    }

    public void StopDaemon()
    {
        _daemon?.Stop();
        _thread?.Join();
        _daemon?.Dispose();
        _daemon = null;
    }

    /// <summary>A new daemon takes over, some time later by the leases on disk.</summary>
    public void RestartDaemon(int secondsLater)
    {
        StopDaemon();
        foreach (string path in Directory.GetFiles(StateDirectory, "*.lease"))
        {
            var lease = JsonNode.Parse(File.ReadAllText(path))!;
            lease["since"] = lease["since"]!.GetValue<long>() - secondsLater * 1000L;
            File.WriteAllText(path, lease.ToJsonString());
        }
        StartDaemon();
    }

    /// <summary>A pod with an interface on the server's bridge, down as a main plugin leaves it.</summary>
    public TestNode.Pod AddPod(string ifName = "eth0", TestNode.Pod? pod = null)
    {
        pod ??= Node.AddPod();
        string host = $"h{pod.Id}{ifName}";
        Node.OnHost("ip", $"link add {host} type veth peer name {ifName} netns {pod.Path}");
        Node.OnHost("ip", $"link set {host} master br0 up");
        return pod;
    }

    public string Config(string keys = "", string more = "", string name = "net") =>
        $$"""{"cniVersion":"1.1.0","name":"{{name}}","type":"dhcp","ipam":{"type":"dhcp","daemonSocketPath":"{{SocketPath}}","daemonStateDir":"{{StateDirectory}}"{{keys}}}{{more}}}""";

    public CniResult Add(TestNode.Pod pod, string keys = "", string ifName = "eth0", string args = "") => Node.Add(Config(keys), pod, ifName, args: args);

    public void Del(TestNode.Pod pod, string ifName = "eth0") => Node.Call(CniVerb.Del, Config(), pod, ifName);

    public static string Text(CniResult result) => Encoding.UTF8.GetString(CniResultWriter.WriteCompact(result, "1.1.0"));

    public void Dispose()
    {
        StopDaemon();
        Server.Dispose();
        Node.Dispose();
    }
}
