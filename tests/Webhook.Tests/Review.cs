using System.Text.Json;
using System.Text.Json.Nodes;

namespace MultiNet.Webhook.Tests;

/// <summary>An AdmissionReview as the API server sends it.</summary>
internal sealed record Review
{
    public string ApiVersion { get; init; } = "admission.k8s.io/v1";

    public string Uid { get; init; } = "705ab4f5-6393-11e8-b7cc-42010a800002";

    public string Operation { get; init; } = "CREATE";

    public string Group { get; init; } = "";

    public string Version { get; init; } = "v1";

    public string Resource { get; init; } = "";

    public string SubResource { get; init; } = "";

    public string Kind { get; init; } = "";

    public string Namespace { get; init; } = "team";

    public string Name { get; init; } = "";

    public string User { get; init; } = "jane@example.com";

    public bool DryRun { get; init; }

    public JsonNode? Object { get; init; }

    public JsonNode? OldObject { get; init; }

    public static Review Definition(string? config, string name = "blue") => new()
    {
        Group = "k8s.cni.cncf.io", Resource = "network-attachment-definitions", Kind = "NetworkAttachmentDefinition", Name = name, Object = DefinitionObject(config, name),
    };

    public static JsonObject DefinitionObject(string? config, string name = "blue") => new()
    {
        ["apiVersion"] = "k8s.cni.cncf.io/v1", ["kind"] = "NetworkAttachmentDefinition",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "team" },
        ["spec"] = config is null ? new JsonObject() : new JsonObject { ["config"] = config },
    };

    public static Review Pod(string networks) => new() { Resource = "pods", Kind = "Pod", Object = PodObject(networks) };

    public static JsonObject PodObject(string networks) => new()
    {
        ["apiVersion"] = "v1", ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["generateName"] = "web-", ["namespace"] = "team", ["annotations"] = new JsonObject { ["k8s.v1.cni.cncf.io/networks"] = networks } },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = "web" }) },
    };

    /// <summary>The same object changed from another.</summary>
    public Review Updating(JsonNode old) => this with { Operation = "UPDATE", OldObject = old };

    public string ToJson()
    {
        var request = new JsonObject
        {
            ["uid"] = Uid,
            ["kind"] = new JsonObject { ["group"] = Group, ["version"] = Version, ["kind"] = Kind },
            ["resource"] = new JsonObject { ["group"] = Group, ["version"] = Version, ["resource"] = Resource },
            ["namespace"] = Namespace,
            ["operation"] = Operation,
            ["userInfo"] = new JsonObject { ["username"] = User, ["groups"] = new JsonArray("system:authenticated") },
            ["object"] = Object?.DeepClone(),
            ["oldObject"] = OldObject?.DeepClone(),
            ["dryRun"] = DryRun,
            ["options"] = new JsonObject { ["apiVersion"] = "meta.k8s.io/v1", ["kind"] = "CreateOptions" },
        };
        if (Name.Length > 0)
            request["name"] = Name;
        if (SubResource.Length > 0)
            request["subResource"] = SubResource;
        return new JsonObject { ["apiVersion"] = ApiVersion, ["kind"] = "AdmissionReview", ["request"] = request }.ToJsonString(JsonSerializerOptions.Default);
    }
}
