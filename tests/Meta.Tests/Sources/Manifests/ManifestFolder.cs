using MultiNet.Meta.Sources.Manifests;

namespace MultiNet.Meta.Tests.Sources.Manifests;

/// <summary>A folder of manifests that is gone after the test.</summary>
internal sealed class ManifestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("multinet-manifests-").FullName;

    public ManifestFolder With(string name, string text)
    {
        File.WriteAllText(System.IO.Path.Combine(Path, name), text);
        return this;
    }

    public ManifestFolder With(string name, byte[] bytes)
    {
        File.WriteAllBytes(System.IO.Path.Combine(Path, name), bytes);
        return this;
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public ManifestSource Source() => new(Path);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
