using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Admission.Modern;

/// <summary>What deploy/webhook/components/admission-policy refuses: at least one object for each of its validations.</summary>
internal static class BadForPolicies
{
    private const string NoObject = "spec.config is not a JSON object", NoResource = "is not DOMAIN/NAME", NoNetwork = "a network is [NAMESPACE/]NAME[@INTERFACE]", LongName = "15 characters at most";

    /// <summary>Definitions: what is wrong, the configuration, the resource, and a part of the policy's message.</summary>
    public static IReadOnlyList<(string What, string Config, string? Resource, string Message)> Definitions { get; } =
    [
        ("too long", Padded(262145), null, "is longer than 262144 characters"),
        ("a list", "[]", null, NoObject),
        ("a blank that JSON does not know", "\u00a0{}", null, NoObject),
        ("a word", "macvlan", null, NoObject),
        ("a string", " \"{}\"", null, NoObject),
        ("a number", "7", null, NoObject),
        ("a resource without a domain", ApiLoad.Good, "nic", NoResource),
        ("a resource with two slashes", ApiLoad.Good, "a.io/b/c", NoResource),
        ("a resource without a name", ApiLoad.Good, "a.io/", NoResource),
        ("a resource with a blank", ApiLoad.Good, "a.io/b c", NoResource),
    ];

    /// <summary>Pods: the annotation, and a part of the policy's message.</summary>
    public static IReadOnlyList<(string Networks, string Message)> Pods { get; } =
    [
        ("blue@a@b", NoNetwork),
        ("a/b/c", NoNetwork),
        ("blue, a/b/c@x", NoNetwork),
        ("blue@a-name-that-is-too-long", LongName),
        ("blue, ns/blue@sixteen-letters-", LongName),
    ];

    /// <summary>A definition with this configuration and this resource.</summary>
    public static JsonObject Definition(string @namespace, string config, string? resource)
    {
        var definition = NetworkDefinition.Of(@namespace, "under-review", config);
        if (resource is not null)
        {
            definition["metadata"]!["annotations"] = new JsonObject { ["k8s.v1.cni.cncf.io/resourceName"] = resource };
        }

        return definition;
    }

    /// <summary>A good configuration of so many characters.</summary>
    public static string Padded(int length) => ApiLoad.Good + new string(' ', length - ApiLoad.Good.Length);
}
