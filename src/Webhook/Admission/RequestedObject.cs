using System.Text.Json;
using MultiNet.Networks;
using MultiNet.Validation;

namespace MultiNet.Webhook.Admission;

/// <summary>Reads the object of a request.</summary>
internal static class RequestedObject
{
    /// <summary>A definition; null where there is no object.</summary>
    public static NetworkAttachmentDefinition? ReadDefinition(AdmissionRequest request, JsonElement found) =>
        found.ValueKind == JsonValueKind.Object ? DefinitionReader.Read(found, request.Namespace, NameOf(request, found)) : null;

    /// <summary>A pod, or a workload's template; null where there is no object.</summary>
    // Names and namespaces are the request's: those in an object are what somebody wrote.
    public static PodUnderReview? ReadPod(AdmissionRequest request, JsonElement found)
    {
        if (found.ValueKind != JsonValueKind.Object || PodTemplatePath.Of(request.Kind) is not { } path)
            return null;
        var template = At(found, path.Keys);
        var replicas = At(found, path.Replicas);
        return PodReader.Read(template, request.Namespace) with
        {
            Namespace = request.Namespace,
            Name = NameOf(request, found),
            MetadataPath = path.MetadataPath,
            Replicas = path.Replicas.Count > 0 && replicas.ValueKind == JsonValueKind.Number && replicas.TryGetInt32(out int count) ? count : path.ImpliedReplicas,
        };
    }

    /// <summary>A policy; null where there is no object.</summary>
    public static MultiNetworkPolicy? ReadPolicy(AdmissionRequest request, JsonElement found) =>
        found.ValueKind == JsonValueKind.Object ? MultiNetworkPolicyReader.Read(found, request.Namespace, NameOf(request, found)) : null;

    /// <summary>Its annotations that are texts.</summary>
    public static IReadOnlyDictionary<string, string> AnnotationsOf(JsonElement found) => PodReader.Read(found).Annotations;

    /// <summary>What the request is about.</summary>
    public static ObjectKind KindOf(AdmissionRequest request) => (request.Group, request.Version, request.Resource) switch
    {
        ("k8s.cni.cncf.io", "v1", NetworkAttachmentDefinition.Plural) => ObjectKind.Definition,
        ("", "v1", "pods") => ObjectKind.Pod,
        ("apps", "v1", "deployments" or "statefulsets" or "daemonsets" or "replicasets") or ("", "v1", "replicationcontrollers") or ("batch", "v1", "jobs" or "cronjobs") => ObjectKind.Workload,
        (MultiNetworkPolicy.Group, "v1beta1" or "v1beta2", MultiNetworkPolicy.Plural) => ObjectKind.Policy,
        ("", "v1", "namespaces") => ObjectKind.Namespace,
        _ => ObjectKind.Other,
    };

    /// <summary>Its name; what it is to begin with where the API server has yet to make one.</summary>
    public static string NameOf(AdmissionRequest request, JsonElement found) =>
        request.Name.Length > 0 ? request.Name : TextAt(found, "metadata", "name") is { Length: > 0 } name ? name : TextAt(found, "metadata", "generateName");

    /// <summary>Has it a <c>deletionTimestamp</c>?</summary>
    public static bool IsBeingDeleted(JsonElement found) => TextAt(found, "metadata", "deletionTimestamp").Length > 0;

    private static string TextAt(JsonElement found, params string[] keys) => At(found, keys) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static JsonElement At(JsonElement found, IReadOnlyList<string> keys)
    {
        foreach (string key in keys)
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(key, out found))
                return default;
        }
        return found;
    }
}
