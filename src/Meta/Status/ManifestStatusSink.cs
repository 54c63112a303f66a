using MultiNet.Meta.Sources;
using MultiNet.Networks;

namespace MultiNet.Meta.Status;

/// <summary>
/// Writes the network-status of pods from manifests to <c>network-status/NAMESPACE_POD.json</c> in their folder: the value that the
/// annotation would have. A folder that cannot be written is no reason to leave a pod without its networks.
/// </summary>
public sealed class ManifestStatusSink : IStatusSink
{
    private readonly string _directory;

    /// <param name="manifestDir">The folder of the manifests.</param>
    public ManifestStatusSink(string manifestDir) => _directory = Path.Combine(manifestDir, "network-status");

    /// <inheritdoc/>
    public bool OutlivesPod => true;

    /// <inheritdoc/>
    public void Write(StatusReport report)
    {
        string path = PathOf(report.Pod);
        try
        {
            Directory.CreateDirectory(_directory);
            File.WriteAllText(path + ".tmp", NetworkStatusWriter.Write(report.Entries));
            File.Move(path + ".tmp", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"multinet: cannot write network-status of pod {report.Pod} to {path}: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Clear(PodReference pod)
    {
        try
        {
            File.Delete(PathOf(pod));
            if (Directory.Exists(_directory) && !Directory.EnumerateFileSystemEntries(_directory).Any())
                Directory.Delete(_directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A stale file misleads nobody for long: the next pod of the name replaces it.
        }
    }

    // Neither a namespace nor a pod's name has an underscore (DNS-1123), so that no two pods share a file.
    private string PathOf(PodReference pod) => Path.Combine(_directory, $"{pod.Namespace}_{pod.Name}.json");
}
