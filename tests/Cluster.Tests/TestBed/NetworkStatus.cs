using System.Text.Json.Nodes;

namespace MultiNet.Cluster.Tests.TestBed;

/// <summary>The annotation <c>k8s.v1.cni.cncf.io/network-status</c> of a pod.</summary>
internal static class NetworkStatus
{
    /// <summary>Its key.</summary>
    public const string Key = "k8s.v1.cni.cncf.io/network-status";

    /// <summary>The entries, or null where the pod has no such annotation.</summary>
    public static IReadOnlyList<JsonNode>? Find(JsonNode pod) =>
        pod["metadata"]!["annotations"]?[Key] is { } text ? [.. JsonNode.Parse(text.GetValue<string>())!.AsArray().Select(e => e!)] : null;

    /// <summary>The entries.</summary>
    public static IReadOnlyList<JsonNode> Of(JsonNode pod) => Find(pod) ?? throw new InvalidOperationException($"no {Key} in {pod["metadata"]}");

    /// <summary>Interface and network of each entry: <c>net1=default/blue</c>.</summary>
    public static IEnumerable<string> Names(IReadOnlyList<JsonNode> status) => status.Select(e => $"{e["interface"]}={e["name"]}");
}
