using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.Cluster.Tests.TestBed;

/// <summary>Makes manifests of deploy/. The kubectl of the cluster's version knows no components yet: a newer one does it.</summary>
internal static class Kustomize
{
    /// <summary>The manifests of a folder.</summary>
    public static async Task<string> RenderAsync(string folder)
    {
        var environment = new[] { "HOME", "XDG_CACHE_HOME", "http_proxy", "https_proxy" }
            .Where(n => Environment.GetEnvironmentVariable(n) is not null).ToDictionary(n => n, n => Environment.GetEnvironmentVariable(n)!);
        var kubectl = (await Command.RunAsync(["bash", Repository.PathOf("eng", "kubectl.sh")], environment)).MustSucceed("eng/kubectl.sh").Output.Trim();
        return (await Command.RunAsync([kubectl, "kustomize", folder])).MustSucceed($"kubectl kustomize {folder}").Output;
    }

    /// <summary>The manifests of a folder of the checkout with components of it.</summary>
    public static async Task<string> RenderAsync(string resources, params string[] components)
    {
        var scratch = Directory.CreateTempSubdirectory("multinet-kustomize-").FullName;
        string Relative(string path) => Path.GetRelativePath(scratch, Repository.PathOf(path));
        await File.WriteAllTextAsync(
            Path.Combine(scratch, "kustomization.yaml"), $"resources: [{Relative(resources)}]\ncomponents: [{string.Join(", ", components.Select(Relative))}]\n");
        try
        {
            return await RenderAsync(scratch);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }
}
