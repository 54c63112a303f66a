using System.Text;
using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.BadInput;

/// <summary>
/// A node for many bad calls, one after the other: each must fail and leave it as it was. A first pod came and went, so that what is
/// shared by all and stays (bridges, tables, forwarding) is there. Pods and definitions are JSON files, so that any text can be in them.
/// </summary>
public sealed class BadInputNode : IAsyncLifetime
{
    /// <summary>The pod for which calls are made, of namespace default.</summary>
    public const string Pod = "pod1";

    /// <summary>The folder of the manifests.</summary>
    public const string Manifests = "/etc/multinet/manifests";

    private const string ClusterNetworkFile = "/etc/cni/multus/net.d/cluster-network.conflist";

    // The kernel ends a network namespace, and with it the node's end of a veth, a moment after its last user has gone.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // What a process that fails may have left: interfaces, addresses and routes of the node and its pods, rules, files, processes.
    private const string ProbeScript = """
        sh -c "$NETWORK"
        for pod in /run/netns/*; do echo "in $pod"; nsenter --net=$pod sh -c "$NETWORK" || echo gone; done
        nft list ruleset | sed 's/counter packets [0-9]* bytes [0-9]*//'
        iptables-save | grep -v '^[#:]' || true
        find /var/lib/cni /etc/multinet /etc/cni /run -type d '(' -name .node -o -name cgroup ')' -prune -o ! -type d \
          ! -name 'last_reserved_ip.*' ! -path '/var/lib/cni/networks/*/lock' ! -name xtables.lock ! -path /var/lib/cni/multinet/lock -print | sort
        ps -e -o stat=,comm= | grep -v '^Z' | sed 's/^[^ ]* *//' | sort | grep -v -x -e cat -e sh -e ps -e grep -e sed -e sort -e nsenter || true
        """;

    private const string NetworkScript = """
        ip -o link | sed 's/^[0-9]*: \([^:@]*\)[:@].* mtu \([0-9]*\) .*/link \1 mtu \2/'
        ip -o address | sed 's/^[0-9]*: //' | grep -v 'inet6 fe80' || true
        ip route show table all | sed 's/ linkdown//' | grep -v -e fe80: -e ff00: || true
        """;

    private NodeSandbox? _node;
    private string _before = "";

    /// <summary>The node.</summary>
    internal NodeSandbox Node => _node ?? throw new InvalidOperationException("not started");

    /// <summary>MultiNet's configuration as a runtime passes it, with some keys changed; a null removes one.</summary>
    internal static string Configuration(JsonObject changes)
    {
        var configuration = new JsonObject
        {
            ["cniVersion"] = "1.0.0",
            ["name"] = "multinet",
            ["type"] = "multinet",
            ["manifestDir"] = Manifests,
            ["clusterNetwork"] = ClusterNetworkFile,
            ["attachmentTimeoutSeconds"] = 20,
        };
        foreach (var (key, value) in changes)
        {
            configuration.Remove(key);
            if (value is not null)
            {
                configuration[key] = value.DeepClone();
            }
        }

        return configuration.ToJsonString();
    }

    /// <summary>A configuration without a key.</summary>
    internal static string Without(string configuration, string key)
    {
        var changed = JsonNode.Parse(configuration)!.AsObject();
        changed.Remove(key);
        return changed.ToJsonString();
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _node = await NodeSandbox.StartAsync();
        _node.Write(ClusterNetworkFile, Meta.MultiNetNode.BridgeNetwork);
        Define("storage", """{"cniVersion": "1.0.0", "name": "storage", "type": "bridge", "bridge": "br-storage", "ipam": {"type": "host-local", "subnet": "10.71.0.0/24"}}""");
        Define("fixed", """
            {"cniVersion": "1.0.0", "name": "fixed", "plugins": [
              {"type": "bridge", "bridge": "br-storage", "capabilities": {"ips": true, "mac": true}, "ipam": {"type": "host-local", "subnet": "10.72.0.0/24"}},
              {"type": "tuning"}]}
            """);
        Define("bad", null);
        DefinePod(Pod, "storage,fixed");
        await _node.AddPodAsync(Pod);
        (await RunAsync(Call.Of("ADD", []))).MustSucceed();
        (await RunAsync(Call.Of("DEL", []))).MustSucceed();
        await RememberAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    /// <summary>Takes the present state for the one that must be found again.</summary>
    internal async Task RememberAsync() => _before = await ProbeAsync();

    /// <summary>Writes a NetworkAttachmentDefinition into namespace default.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="config">Its configuration; null for none.</param>
    internal void Define(string name, string? config)
    {
        var spec = config is null ? new JsonObject() : new JsonObject { ["config"] = config };
        Node.Write($"{Manifests}/net-{name}.json", new JsonObject
        {
            ["apiVersion"] = "k8s.cni.cncf.io/v1",
            ["kind"] = "NetworkAttachmentDefinition",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" },
            ["spec"] = spec,
        }.ToJsonString());
    }

    /// <summary>Writes a Pod into namespace default.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="networks">The selection annotation.</param>
    /// <param name="defaultNetwork">The default-network annotation, or null.</param>
    internal void DefinePod(string name, string networks, string? defaultNetwork = null)
    {
        var annotations = new JsonObject { ["k8s.v1.cni.cncf.io/networks"] = networks };
        if (defaultNetwork is not null)
        {
            annotations["v1.multus-cni.io/default-network"] = defaultNetwork;
        }

        Node.Write($"{Manifests}/pod-{name}.json", new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default", ["annotations"] = annotations },
        }.ToJsonString());
    }

    /// <summary>Removes a manifest that <see cref="Define"/> (net-NAME) or <see cref="DefinePod"/> (pod-NAME) wrote.</summary>
    internal void Remove(string manifest) => File.Delete(Node.Outside($"{Manifests}/{manifest}.json"));

    /// <summary>Executes the program, for half a minute at most.</summary>
    internal async Task<Answer> RunAsync(Call call)
    {
        Directory.CreateDirectory(Node.Outside("/opt/call"));
        await File.WriteAllBytesAsync(Node.Outside("/opt/call/in"), call.Input);
        var program = $"{NodeSandbox.BuiltInBin}/{call.Plugin}";
        await Node.RunAsync(
            ["sh", "-c", $"""
                {call.Before}
                timeout --kill-after=1 30 {call.Under} {program} </opt/call/in >/opt/call/out 2>/opt/call/err
                echo $? >/opt/call/code
                """],
            call.Environment);
        return new Answer(
            int.Parse(Node.Read("/opt/call/code"), System.Globalization.CultureInfo.InvariantCulture),
            await File.ReadAllBytesAsync(Node.Outside("/opt/call/out")),
            Encoding.UTF8.GetString(await File.ReadAllBytesAsync(Node.Outside("/opt/call/err"))));
    }

    /// <summary>The call must fail with an error that says this, and leave nothing.</summary>
    /// <returns>The error.</returns>
    internal async Task<Answer> MustFailAsync(Call call, int code, params string[] says)
    {
        var answer = await RunAsync(call);
        answer.MustSay(code, says);
        await NothingMustBeLeftAsync(answer.ToString());
        return answer;
    }

    /// <summary>The node must be as it was when it was last remembered.</summary>
    internal async Task NothingMustBeLeftAsync(string after)
    {
        var started = TimeProvider.System.GetTimestamp();
        string now;
        while ((now = await ProbeAsync()) != _before)
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                var difference = Kernel.KernelState.Difference(_before.Split('\n'), now.Split('\n'));
                await Node.ShellAsync("rm -rf /var/lib/cni/multinet/journal/* /var/lib/cni/multus/results/*");
                await RememberAsync(); // the next test is not to blame
                Assert.Fail($"left behind:\n{difference}\nafter: {after}");
            }
        }
    }

    private async Task<string> ProbeAsync() => await Node.ShellAsync(
        ProbeScript, new Dictionary<string, string> { ["NETWORK"] = NetworkScript });
}
