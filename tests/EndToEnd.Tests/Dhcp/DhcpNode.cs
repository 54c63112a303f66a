using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Node;
using MultiNet.EndToEnd.Tests.Runtime;

namespace MultiNet.EndToEnd.Tests.Dhcp;

/// <summary>A node with a DHCP server (dnsmasq) on its bridge <c>lan</c>, 10.77.0.1/24, and daemons of both kinds.</summary>
internal sealed class DhcpNode : IAsyncDisposable
{
    public const string OurSocket = "/run/cni/dhcp.sock";

    public const string ReferenceSocket = "/run/cni/reference.sock";

    private const string Folder = "/run/.node/dhcp";

    private DhcpNode(NodeSandbox node) => Sandbox = node;

    public NodeSandbox Sandbox { get; }

    /// <summary>What the server has given out, a line each.</summary>
    public IReadOnlyList<string> Leases => Sandbox.Read($"{Folder}/leases").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string ServerLog => Sandbox.Read($"{Folder}/log");

    public string DaemonLog => Sandbox.Read($"{Folder}/daemon.log");

    public static async Task<DhcpNode> StartAsync(string serverOptions = "")
    {
        var node = new DhcpNode(await NodeSandbox.StartAsync());
        await node.Sandbox.ShellAsync($"""
            mkdir -p {Folder} /run/cni
            ip link add lan type bridge
            ip addr add 10.77.0.1/24 dev lan
            ip link set lan up
            dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --interface=lan --bind-interfaces --no-ping --dhcp-authoritative --user=root --pid-file= \
              --dhcp-range=10.77.0.10,10.77.0.50,255.255.255.0,3600 --dhcp-leasefile={Folder}/leases --log-facility={Folder}/log --log-dhcp {serverOptions} >/dev/null 2>&1 </dev/null &
            timeout 60 sh -c 'until [ -e {Folder}/leases ]; do sleep 0.1; done'
            """);
        return node;
    }

    /// <summary>Starts our daemon and waits until it listens.</summary>
    public Task StartDaemonAsync(string options = "", string resendTimeout = "30s") =>
        StartAsync($"{NodeSandbox.BuiltInBin}/multinet dhcp --resendtimeout {resendTimeout} {options}", OurSocket, "daemon.log");

    /// <summary>Starts the reference's daemon and waits until it listens.</summary>
    public Task StartReferenceAsync() => StartAsync($"{NodeSandbox.ReferenceBin}/dhcp daemon -socketpath {ReferenceSocket} -resendtimeout 30s", ReferenceSocket, "reference.log");

    /// <summary>Ends our daemon by a signal, and waits until it is gone; nobody in the node waits for it, so its number stays.</summary>
    public Task KillDaemonAsync(string signal) => Sandbox.ShellAsync($"""
        read pid <{Folder}/daemon.log.pid
        kill -{signal} $pid
        timeout 60 sh -c "while readlink /proc/$pid/exe >/dev/null; do sleep 0.05; done"
        """);

    /// <summary>Makes the leases on disk older.</summary>
    public void AgeLeases(int seconds)
    {
        foreach (string file in Sandbox.Files("/var/lib/cni/multinet/dhcp").Where(f => f.EndsWith(".lease", StringComparison.Ordinal)))
        {
            string path = $"/var/lib/cni/multinet/dhcp/{file}";
            var lease = JsonNode.Parse(Sandbox.Read(path))!;
            lease["since"] = lease["since"]!.GetValue<long>() - seconds * 1000L;
            Sandbox.Write(path, lease.ToJsonString());
        }
    }

    /// <summary>A pod with an interface on the server's bridge, down as a main plugin leaves it before it asks IPAM.</summary>
    public async Task AddPodAsync(string name)
    {
        await Sandbox.AddPodAsync(name);
        await Sandbox.ShellAsync($"ip link add h-{name} type veth peer name eth0 netns {name}; ip link set h-{name} master lan up");
    }

    /// <summary>Calls the plugin alone, as a main plugin does.</summary>
    public Task<PluginAnswer> CallAsync(string bin, string command, string socket, string pod, JsonObject ipam, string args = "", JsonNode? previous = null)
    {
        var config = new JsonObject { ["cniVersion"] = "1.0.0", ["name"] = "net", ["type"] = "macvlan", ["ipam"] = ipam.DeepClone() };
        config["ipam"]!["type"] = "dhcp";
        config["ipam"]!["daemonSocketPath"] = socket;
        if (previous is not null)
        {
            config["prevResult"] = previous.DeepClone();
        }

        return new ConfListRuntime(Sandbox, bin).RunAsync("dhcp", config.ToJsonString(), new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = command,
            ["CNI_CONTAINERID"] = "c1",
            ["CNI_NETNS"] = NodeSandbox.Netns(pod),
            ["CNI_IFNAME"] = "eth0",
            ["CNI_ARGS"] = args,
            ["CNI_PATH"] = bin,
        });
    }

    /// <summary>Waits for what another process does.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1), $"not within a minute: {what}");
            await Task.Yield();
        }
    }

    public ValueTask DisposeAsync() => Sandbox.DisposeAsync();

    private Task StartAsync(string command, string socket, string log) => Sandbox.ShellAsync($"""
        {command} >>{Folder}/{log} 2>&1 </dev/null &
        echo $! >{Folder}/{log}.pid
        timeout 60 sh -c 'until [ -S {socket} ]; do sleep 0.05; done'
        """);
}
