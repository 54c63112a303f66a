using System.Text.Json.Nodes;

namespace MultiNet.Cluster.Tests.TestBed;

/// <summary>NetworkAttachmentDefinitions.</summary>
internal static class NetworkDefinition
{
    /// <summary>A definition with the given CNI configuration.</summary>
    public static JsonObject Of(string @namespace, string name, string config) => new()
    {
        ["apiVersion"] = "k8s.cni.cncf.io/v1",
        ["kind"] = "NetworkAttachmentDefinition",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace },
        ["spec"] = new JsonObject { ["config"] = config },
    };
}
