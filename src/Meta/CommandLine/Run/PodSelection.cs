using MultiNet.Cni;
using MultiNet.Meta.Sources;

namespace MultiNet.Meta.CommandLine.Run;

/// <summary>Which pods of the manifests are meant.</summary>
internal static class PodSelection
{
    /// <summary>All pods, or the one that <paramref name="wanted"/> names.</summary>
    /// <param name="source">The manifests.</param>
    /// <param name="wanted"><c>namespace/name</c>, <c>name</c> alone for namespace default, or null for all.</param>
    /// <exception cref="CniException">The manifests cannot be read, or there is no such pod, or none at all.</exception>
    public static IReadOnlyList<Pod> Of(IPodNetworkSource source, string? wanted)
    {
        var pods = source.Pods();
        if (pods.Count == 0)
            throw new CniException(CniErrorCode.InvalidNetworkConfig, $"no pod in the {source.Description}", "expected objects of kind Pod, apiVersion v1");
        if (wanted is null)
            return pods;
        string full = wanted.Contains('/') ? wanted : $"default/{wanted}";
        foreach (var pod in pods)
        {
            if ($"{pod.Namespace}/{pod.Name}" == full)
                return [pod];
        }
        var names = new List<string>();
        foreach (var pod in pods)
            names.Add($"{pod.Namespace}/{pod.Name}");
        throw new CniException(CniErrorCode.InvalidNetworkConfig, $"no pod {full} in the {source.Description}", $"there are: {string.Join(", ", names)}");
    }
}
