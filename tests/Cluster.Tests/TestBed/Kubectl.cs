using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.Cluster.Tests.TestBed;

/// <summary>kubectl as the cluster's administrator, run on the node.</summary>
internal sealed class Kubectl(Node node, string executable, string kubeconfig)
{
    /// <summary>Where it is, on the node.</summary>
    public string Executable => executable;

    /// <summary>The administrator's kubeconfig, on the node.</summary>
    public string Kubeconfig => kubeconfig;

    /// <summary>Runs it. <paramref name="input"/> is what it reads as <c>-f -</c>.</summary>
    public Task<CommandResult> TryAsync(IEnumerable<string> arguments, string? input = null) =>
        node.RunAsync([executable, "--kubeconfig", kubeconfig, .. arguments], input);

    /// <summary>Runs it; it must succeed.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> RunAsync(params string[] arguments) =>
        (await TryAsync(arguments)).MustSucceed($"kubectl {string.Join(' ', arguments)}").Output;

    /// <summary>Creates or changes objects.</summary>
    public async Task ApplyAsync(params JsonNode[] objects)
    {
        var list = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. objects.Select(o => o.DeepClone())]) };
        (await TryAsync(["apply", "-f", "-"], list.ToJsonString())).MustSucceed($"kubectl apply of {list}");
    }

    /// <summary>One object, or null where there is none.</summary>
    public async Task<JsonNode?> FindAsync(string kind, string name, string @namespace)
    {
        var text = await RunAsync("get", kind, name, "-n", @namespace, "--ignore-not-found", "-o", "json");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    /// <summary>The objects of a kind in a namespace.</summary>
    public async Task<IReadOnlyList<JsonNode>> ListAsync(string kind, string @namespace, params string[] options) =>
        [.. JsonNode.Parse(await RunAsync(["get", kind, "-n", @namespace, "-o", "json", .. options]))!["items"]!.AsArray().Select(i => i!)];

    /// <summary>Runs a program in a pod's only container.</summary>
    public Task<CommandResult> TryExecAsync(string @namespace, string pod, params string[] command) =>
        TryAsync(["exec", "-n", @namespace, pod, "--", .. command]);
}
