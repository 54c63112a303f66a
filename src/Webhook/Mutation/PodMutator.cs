using System.Text.Json;
using MultiNet.Networks;
using MultiNet.Validation;

namespace MultiNet.Webhook.Mutation;

/// <summary>Works out what a pod lacks. Pure: the same pod, definitions and options give the same patch, and a pod that is patched gets none.</summary>
internal static class PodMutator
{
    /// <summary>The operations that make the pod as it is wanted; none where it is so.</summary>
    /// <remarks>
    /// Untouched are pods with the host's network, those that mirror static pods, those for other systems, those whose annotation is wrong
    /// (the rules tell it), and what is no pod. Never throws for what the pod holds.
    /// </remarks>
    /// <param name="pod">The pod, as the API server sends it.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="cluster">The definitions; null where nothing is known.</param>
    /// <param name="namespaceAnnotations">The annotations of its namespace.</param>
    /// <param name="options">What is wanted.</param>
    public static IReadOnlyList<PatchOperation> Mutate(
        JsonElement pod, string @namespace, IClusterKnowledge? cluster, IReadOnlyDictionary<string, string> namespaceAnnotations, MutationOptions options)
    {
        var patch = new List<PatchOperation>();
        if (!options.Enabled || pod.At("spec").ValueKind != JsonValueKind.Object)
            return patch;
        try
        {
            var read = PodReader.Read(pod, @namespace);
            if (read.HostNetwork || read.PassedOver.Length > 0)
                return patch;
            string before = read.Annotation(AnnotationKeys.Networks);
            if (!NetworkSelectionAnnotation.Parse(before, options.PodInterface).IsValid || !CanBeAnnotated(pod))
                return patch;
            string networks = Networks(before, read, namespaceAnnotations, options);
            if (networks != before)
                patch.Add(Annotate(pod.At("metadata"), networks));
            var subject = new PodUnderMutation(pod, read.Namespace, networks, read.Annotation(AnnotationKeys.DefaultNetwork), cluster, options);
            if (options.Resources)
                DeviceRequests.Add(subject, patch);
            if (options.NodeAffinity)
                NodeAffinity.Add(subject, patch);
            return patch;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: JSON, and no text. The API server lets none in.
            return [];
        }
    }

    private static string Networks(string networks, PodUnderReview pod, IReadOnlyDictionary<string, string> namespaceAnnotations, MutationOptions options)
    {
        if (options.NamespaceDefaults && namespaceAnnotations.TryGetValue(AnnotationKeys.DefaultNetworks, out string? defaults)
            && pod.Annotation(AnnotationKeys.DefaultNetworks) != AnnotationKeys.NoDefaultNetworks)
            networks = NetworkDefaults.Add(networks, defaults, pod.Namespace, options.PodInterface);
        return options.InterfaceNames ? InterfaceNaming.Write(networks, options.PodInterface) : networks;
    }

    private static bool CanBeAnnotated(JsonElement pod) =>
        pod.At("metadata") is { ValueKind: JsonValueKind.Object } metadata && metadata.At("annotations").ValueKind is JsonValueKind.Object or JsonValueKind.Undefined or JsonValueKind.Null
        && metadata.At("annotations").At(AnnotationKeys.Networks).ValueKind is JsonValueKind.String or JsonValueKind.Undefined;

    private static PatchOperation Annotate(JsonElement metadata, string networks)
    {
        const string Path = "/metadata/annotations";
        if (metadata.At("annotations").ValueKind == JsonValueKind.Object)
            return new PatchOperation("add", JsonPointer.Member(Path, AnnotationKeys.Networks), PatchValue.Of(json => json.WriteStringValue(networks)));
        return new PatchOperation("add", Path, PatchValue.Of(json =>
        {
            json.WriteStartObject();
            json.WriteString(AnnotationKeys.Networks, networks);
            json.WriteEndObject();
        }));
    }
}
