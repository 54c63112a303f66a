using System.Text;
using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.Cluster.Tests.Direct;

/// <summary>
/// A pod that waits for a scheduler that does not exist, with a network namespace on the node, and MultiNet in direct mode with state of its own. The service
/// account and the role are those of one test.
/// </summary>
internal sealed class DirectPod : IAsyncDisposable
{
    private readonly ClusterTest _test;
    private readonly string _folder;
    private string _uid = "";

    private DirectPod(ClusterTest test)
    {
        _test = test;
        _folder = $"/run/direct/{test.Namespace}";
    }

    /// <summary>The pod's name.</summary>
    public string Name => "direct";

    private string Netns => $"/run/netns/{_test.Namespace}";

    private string Container => $"sandbox-{_test.Namespace}";

    /// <summary>Makes all of it.</summary>
    /// <param name="test">The test.</param>
    /// <param name="networks">What the pod asks for; there are <c>blue</c> and <c>green</c>.</param>
    /// <param name="without">A permission that the service account does not get, <c>VERB RESOURCE</c>; empty: it has all that are documented.</param>
    public static async Task<DirectPod> CreateAsync(ClusterTest test, string networks, string without = "")
    {
        var pod = new DirectPod(test);
        var manifest = new PodManifest(pod.Name) { Networks = networks }.ToJson(test.Namespace);
        manifest["spec"]!["schedulerName"] = "nobody";
        await test.Kubectl.ApplyAsync(
            manifest, pod.Definition("blue", 1), pod.Definition("green", 2),
            new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ServiceAccount", ["metadata"] = pod.Metadata("multinet") },
            pod.Role(without), pod.RoleBinding());
        pod._uid = (await test.PodAsync(pod.Name))["metadata"]!["uid"]!.GetValue<string>();
        var secret = await Eventually.FindAsync("the service account's token", async () => (await test.Kubectl.ListAsync("secret", test.Namespace)).FirstOrDefault(
            s => s["metadata"]!["annotations"]?["kubernetes.io/service-account.name"]?.GetValue<string>() == "multinet" && s["data"]?["token"] is not null));
        pod.WriteToken(Encoding.UTF8.GetString(Convert.FromBase64String(secret["data"]!["token"]!.GetValue<string>())));
        test.Node.Write($"{pod._folder}/kubeconfig", $$$"""
            {"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
             "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:6443", "certificate-authority-data": "{{{secret["data"]!["ca.crt"]}}}"}}],
             "users": [{"name": "u", "user": {"tokenFile": "{{{pod._folder}}}/token"}}]}
            """);
        await test.Node.ShellAsync($"ip netns add {test.Namespace}");
        return pod;
    }

    /// <summary>Replaces the token.</summary>
    public void WriteToken(string token) => _test.Node.Write($"{_folder}/token", token);

    /// <summary>Runs MultiNet as a runtime does.</summary>
    /// <param name="command">The verb: <c>ADD</c>.</param>
    /// <param name="uid">The pod's UID, if not its own.</param>
    /// <param name="keys">Further keys of the configuration, with a comma at the end.</param>
    public Task<CommandResult> CallAsync(string command, string? uid = null, string keys = "")
    {
        string arguments = $"IgnoreUnknown=1;K8S_POD_NAMESPACE={_test.Namespace};K8S_POD_NAME={Name};K8S_POD_INFRA_CONTAINER_ID={Container};K8S_POD_UID={uid ?? _uid}";
        return _test.Node.RunAsync(
            ["env", $"CNI_COMMAND={command}", $"CNI_CONTAINERID={Container}", $"CNI_NETNS={Netns}", "CNI_IFNAME=eth0", $"CNI_ARGS={arguments}", "CNI_PATH=/opt/cni/bin", "/opt/cni/bin/multinet"],
            Configuration(command, keys));
    }

    /// <summary>Runs a shell script in the pod's network namespace.</summary>
    public async Task<string> ShellAsync(string script) => await _test.Node.ShellAsync($"nsenter --net={Netns} sh -e -c '{script}'");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CallAsync("DEL");
        await _test.Node.ShellAsync($"ip netns delete {_test.Namespace}; rm -rf {_folder}");
        await _test.Kubectl.TryAsync(["delete", "clusterrole,clusterrolebinding", $"direct-{_test.Namespace}", "--ignore-not-found"]);
    }

    // With networks of the test's own: GC must not see what the node's other pods have.
    private string Configuration(string command, string keys) => $$"""
        {"cniVersion": "{{(command == "GC" ? "1.1.0" : "1.0.0")}}", "name": "multinet-direct", "type": "multinet", {{keys}}"kubeconfig": "{{_folder}}/kubeconfig", "daemonSocket": "off",
         "stateDir": "{{_folder}}/state", "cniDir": "{{_folder}}/cache",
         "cni.dev/valid-attachments": [{"containerID": "{{Container}}", "ifname": "eth0"}],
         "delegates": [{{Network("direct-network", 0)}}]}
        """;

    private string Network(string name, int number) => $$$"""
        {"cniVersion": "1.0.0", "name": "{{{name}}}", "type": "bridge", "bridge": "direct{{{number}}}",
         "ipam": {"type": "host-local", "dataDir": "{{{_folder}}}/networks", "subnet": "10.199.{{{number}}}.0/24"}}
        """;

    private JsonObject Definition(string name, int number) => new()
    {
        ["apiVersion"] = "k8s.cni.cncf.io/v1", ["kind"] = "NetworkAttachmentDefinition", ["metadata"] = Metadata(name),
        ["spec"] = new JsonObject { ["config"] = Network(name, number) },
    };

    private JsonObject Metadata(string name) => new() { ["name"] = name, ["namespace"] = _test.Namespace };

    // docs/configuration.md, "The API server".
    private JsonObject Role(string without)
    {
        var rules = new JsonArray();
        foreach (var (verb, group, resource) in new[]
        {
            ("get", "", "pods"), ("patch", "", "pods/status"),
            ("get", "k8s.cni.cncf.io", "network-attachment-definitions"), ("list", "k8s.cni.cncf.io", "network-attachment-definitions"),
        })
        {
            if ($"{verb} {resource}{(group.Length > 0 ? "." + group : "")}" != without)
                rules.Add(new JsonObject { ["apiGroups"] = new JsonArray(group), ["resources"] = new JsonArray(resource), ["verbs"] = new JsonArray(verb) });
        }

        return new JsonObject
        {
            ["apiVersion"] = "rbac.authorization.k8s.io/v1", ["kind"] = "ClusterRole", ["metadata"] = new JsonObject { ["name"] = $"direct-{_test.Namespace}" }, ["rules"] = rules,
        };
    }

    private JsonObject RoleBinding() => new()
    {
        ["apiVersion"] = "rbac.authorization.k8s.io/v1", ["kind"] = "ClusterRoleBinding", ["metadata"] = new JsonObject { ["name"] = $"direct-{_test.Namespace}" },
        ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] = $"direct-{_test.Namespace}" },
        ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "ServiceAccount", ["name"] = "multinet", ["namespace"] = _test.Namespace }),
    };
}
