namespace MultiNet.Daemon.Tests;

/// <summary>Stands in for the host's <c>multinet</c>: remembers how it was called, and answers what it was told.</summary>
internal sealed class HostProgram : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("multinet-host-").FullName;

    public HostProgram()
    {
        Answers("{}");
        File.WriteAllText(Path, $"#!/bin/sh\necho \"$*\" >> {_folder}/calls\ncat {_folder}/answer\n");
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public string Path => System.IO.Path.Combine(_folder, "multinet");

    /// <summary>The arguments of every call.</summary>
    public string[] Calls => File.Exists($"{_folder}/calls") ? File.ReadAllLines($"{_folder}/calls") : [];

    public void Answers(string json) => File.WriteAllText($"{_folder}/answer", json);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
