using System.Text.Json.Nodes;

namespace MultiNet.Cluster.Tests.TestBed;

/// <summary>What one test does on the cluster: a namespace, and the pods in it.</summary>
internal sealed class ClusterTest(ClusterUnderTest cluster, string @namespace)
{
    /// <summary>The test's namespace.</summary>
    public string Namespace => @namespace;

    /// <summary>The cluster's node.</summary>
    public Node Node => cluster.Node;

    /// <summary>kubectl.</summary>
    public Kubectl Kubectl => cluster.Kubectl;

    /// <summary>The cluster.</summary>
    public ClusterUnderTest Cluster => cluster;

    /// <summary>Makes the namespace, and waits until pods may be made in it.</summary>
    public async Task StartAsync()
    {
        await Kubectl.RunAsync("create", "namespace", Namespace);
        await Eventually.HoldsAsync($"the service account of {Namespace}", async () => await Kubectl.FindAsync("serviceaccount", "default", Namespace) is not null);
    }

    /// <summary>
    /// Deletes the pods, as <c>kubectl delete</c> does, and waits until nothing of them is left. (The kubelet tells the API server ten seconds later.)
    /// </summary>
    public async Task EndAsync()
    {
        await Kubectl.RunAsync("delete", "pods", "--all", "-n", Namespace, "--wait=false");
        await NothingIsLeftAsync();
        await Kubectl.RunAsync("delete", "namespace", Namespace, "--wait=false");
    }

    /// <summary>Deletes what a failed test has left, and does not ask how.</summary>
    public async Task GiveUpAsync() =>
        await Kubectl.TryAsync(["delete", "namespace", Namespace, "--wait=false", "--ignore-not-found"]);

    /// <summary>Creates or changes a definition in the test's namespace.</summary>
    public Task DefineAsync(string name, string config) => Kubectl.ApplyAsync(NetworkDefinition.Of(Namespace, name, config));

    /// <summary>Creates pods and waits until they are ready.</summary>
    public async Task RunAsync(params PodManifest[] pods)
    {
        await Kubectl.ApplyAsync([.. pods.Select(p => p.ToJson(Namespace))]);
        await ReadyAsync([.. pods.Select(p => p.Name)]);
    }

    /// <summary>Waits until pods are ready.</summary>
    public Task ReadyAsync(params string[] pods) =>
        Kubectl.RunAsync(["wait", "--for=condition=Ready", "-n", Namespace, $"--timeout={Eventually.Patience.TotalSeconds}s", .. pods.Select(p => $"pod/{p}")]);

    /// <summary>Waits for an event of a pod whose message has all of <paramref name="texts"/> in it.</summary>
    /// <returns>The message.</returns>
    public Task<string> EventAsync(string pod, params string[] texts) => Eventually.FindAsync(
        $"an event of {pod} with '{string.Join("' and '", texts)}'",
        async () => (await Kubectl.ListAsync("events", Namespace, "--field-selector", $"involvedObject.name={pod}"))
            .Select(e => e["message"]?.GetValue<string>()).FirstOrDefault(m => m is not null && texts.All(t => m.Contains(t, StringComparison.Ordinal))));

    /// <summary>Has the kubelet try again to start a pod, by a change of the pod; otherwise it rests for ten seconds after each failure.</summary>
    public Task NudgeAsync(string pod) => Kubectl.RunAsync("annotate", "pod", pod, "-n", Namespace, "--overwrite", $"multinet.test/try-again={Guid.NewGuid()}");

    /// <summary>Deletes one pod, as <c>kubectl delete</c> does. What becomes of it the kubelet sees to.</summary>
    public Task DeleteAsync(string pod) => Kubectl.RunAsync("delete", "pod", pod, "-n", Namespace, "--wait=false");

    /// <summary>Runs a shell script in a pod, which must succeed.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> ExecAsync(string pod, string script)
    {
        var result = await Kubectl.TryExecAsync(Namespace, pod, "sh", "-e", "-c", script);
        return result.MustSucceed($"'{script}' in {pod}").Output;
    }

    /// <summary>Waits until an address answers a pod.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="address">Whom it asks.</param>
    /// <param name="over">Its interface; empty: that of the route.</param>
    public Task ReachesAsync(string pod, string address, string over = "") => Eventually.HoldsAsync(
        $"{pod} reaches {address}",
        async () => (await Kubectl.TryExecAsync(Namespace, pod, ["ping", "-c", "1", "-W", "5", .. over.Length > 0 ? (string[])["-I", over] : [], address])).ExitCode == 0);

    /// <summary>Waits until a port of the node leads the node's neighbour to a server that says <paramref name="text"/>. A container that runs may not listen yet.</summary>
    public Task SaysAsync(int nodePort, string text) => Eventually.HoldsAsync(
        $"port {nodePort} of the node leads to a server that says {text}",
        async () => (await Node.OutsideShellAsync($"busybox nc -w 5 {Node.Address} {nodePort} </dev/null || true")).Trim() == text);

    /// <summary>Sets the annotation <c>k8s.v1.cni.cncf.io/networks</c> of a pod that is there; null takes it away.</summary>
    public Task AnnotateAsync(string pod, string? networks) => Kubectl.RunAsync(
        "annotate", "pod", pod, "-n", Namespace, "--overwrite", networks is null ? $"{PodManifest.NetworksKey}-" : $"{PodManifest.NetworksKey}={networks}");

    /// <summary>Waits until the network-status of a pod names these interfaces with these networks, in this order: <c>net1=NAMESPACE/blue</c>.</summary>
    public async Task<IReadOnlyList<JsonNode>> StatusAsync(string pod, params string[] expected)
    {
        IReadOnlyList<JsonNode> status = [];
        await Eventually.HoldsAsync(
            $"the network-status of {pod} is {string.Join(' ', expected)}",
            async () => NetworkStatus.Names(status = NetworkStatus.Find(await PodAsync(pod)) ?? []).SequenceEqual(expected),
            () => $"It is: {string.Join(' ', NetworkStatus.Names(status))}");
        return status;
    }

    /// <summary>A pod's sandbox on the node, as <c>multinet status</c> has it; null where there is none.</summary>
    public async Task<JsonNode?> FindSandboxAsync(string pod)
    {
        // Exit code 1 says that some sandbox is an orphan.
        var answer = await Node.RunAsync(["/opt/cni/bin/multinet", "status", "-o", "json"]);
        return JsonNode.Parse(answer.Output)!["sandboxes"]!.AsArray().LastOrDefault(
            s => s!["pod"]?["namespace"]?.GetValue<string>() == Namespace && s["pod"]?["name"]?.GetValue<string>() == pod);
    }

    /// <summary>Runs a shell script as root in a pod's network namespace, which must succeed.</summary>
    public async Task<string> InNamespaceAsync(string pod, string script)
    {
        var sandbox = await FindSandboxAsync(pod) ?? throw new InvalidOperationException($"no sandbox of {pod} on the node");
        return (await Node.RunAsync(["nsenter", $"--net={sandbox["netns"]}", "sh", "-e", "-c", script])).MustSucceed(script).Output;
    }

    /// <summary>A pod as the API server has it.</summary>
    public async Task<JsonNode> PodAsync(string name) =>
        await Kubectl.FindAsync("pod", name, Namespace) ?? throw new InvalidOperationException($"there is no pod {Namespace}/{name}");

    /// <summary>Waits until no journal on the node speaks of a pod of this test, and every address of pods belongs to one that is in a journal.</summary>
    public async Task NothingIsLeftAsync()
    {
        IReadOnlyList<string> left = [];
        await Eventually.HoldsAsync(
            $"nothing is left of {Namespace}",
            () => Task.FromResult((left = Leftovers.Of(Node, Namespace)).Count == 0),
            () => $"Left: {string.Join(", ", left)}");
    }
}
