using System.Text.Json.Nodes;

namespace MultiNet.Cluster.Tests.TestBed;

/// <summary>A pod of one container.</summary>
internal sealed record PodManifest(string Name)
{
    /// <summary>The key of the annotation that names a pod's networks.</summary>
    public const string NetworksKey = "k8s.v1.cni.cncf.io/networks";

    /// <summary>The annotation <c>k8s.v1.cni.cncf.io/networks</c>, or null.</summary>
    public string? Networks { get; init; }

    /// <summary>Further annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>The container's command; empty: it sleeps.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Ports of the container, each with the node's port that leads to it.</summary>
    public IReadOnlyList<(int ContainerPort, int HostPort)> Ports { get; init; } = [];

    /// <summary>The pod as Kubernetes reads it.</summary>
    public JsonObject ToJson(string @namespace)
    {
        var annotations = new JsonObject();
        foreach (var (key, value) in Annotations)
        {
            annotations[key] = value;
        }

        if (Networks is not null)
        {
            annotations[NetworksKey] = Networks;
        }

        var container = new JsonObject { ["name"] = "main", ["image"] = ClusterUnderTest.Image };
        if (Command.Count > 0)
        {
            container["command"] = new JsonArray([.. Command.Select(c => JsonValue.Create(c))]);
        }

        if (Ports.Count > 0)
        {
            container["ports"] = new JsonArray([.. Ports.Select(p => new JsonObject { ["containerPort"] = p.ContainerPort, ["hostPort"] = p.HostPort })]);
        }

        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = Name, ["namespace"] = @namespace, ["annotations"] = annotations },
            ["spec"] = new JsonObject
            {
                ["containers"] = new JsonArray(container),
                ["terminationGracePeriodSeconds"] = 1,
                ["enableServiceLinks"] = false,
            },
        };
    }
}
