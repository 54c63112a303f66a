namespace MultiNet.Daemon.Tests;

/// <summary>A folder that outlives daemons.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("multinetd-").FullName;

    public string StateDir => System.IO.Path.Combine(Path, "state");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
