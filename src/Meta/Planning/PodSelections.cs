using MultiNet.Meta.Sources;
using MultiNet.Networks;

namespace MultiNet.Meta.Planning;

/// <summary>What a pod's annotations ask for. Read once, needed twice: to get the definitions, and to choose among them.</summary>
/// <param name="Default">The network in place of the cluster's default network; null where the pod does not ask for one.</param>
/// <param name="Networks">The networks beside it; null where the pod asks for none.</param>
internal sealed record PodSelections(DefaultNetworkAnnotation? Default, NetworkSelectionAnnotation? Networks)
{
    /// <summary>Reads the annotations; what is wrong with them is in the result.</summary>
    /// <param name="pod">The pod, or null.</param>
    /// <param name="podInterface">The interface of the cluster's default network.</param>
    public static PodSelections Of(Pod? pod, string podInterface) => new(
        Text(pod, AnnotationKeys.DefaultNetwork) is { } network ? DefaultNetworkAnnotation.Parse(network) : null,
        Text(pod, AnnotationKeys.Networks) is { } networks ? NetworkSelectionAnnotation.Parse(networks, podInterface) : null);

    private static string? Text(Pod? pod, string key) =>
        pod is not null && pod.Annotations.TryGetValue(key, out string? value) && !string.IsNullOrWhiteSpace(value) ? value : null;
}
