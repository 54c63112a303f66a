using System.Text.Json.Nodes;

namespace MultiNet.Cluster.Tests.Admission.Modern;

/// <summary>Where the API server has objects.</summary>
internal static class ApiPaths
{
    /// <summary>The path of all objects of a manifest's kind, in its namespace if it has one.</summary>
    public static string Of(JsonNode manifest)
    {
        var (version, kind, @namespace) = ((string)manifest["apiVersion"]!, (string)manifest["kind"]!, (string?)manifest["metadata"]!["namespace"]);
        var resource = kind switch
        {
            "NetworkAttachmentDefinition" => "network-attachment-definitions",
            _ when kind.EndsWith('y') => $"{kind[..^1].ToLowerInvariant()}ies",
            _ => $"{kind.ToLowerInvariant()}s",
        };
        return (version.Contains('/', StringComparison.Ordinal) ? $"/apis/{version}" : $"/api/{version}") + (@namespace is null ? "" : $"/namespaces/{@namespace}") + $"/{resource}";
    }

    /// <summary>The path of the object itself.</summary>
    public static string OfOne(JsonNode manifest) => $"{Of(manifest)}/{(string)manifest["metadata"]!["name"]!}";
}
