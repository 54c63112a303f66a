using MultiNet.Cni;

namespace MultiNet.Meta.Installing;

/// <summary>Tells what of an installation is missing or was changed. Cheap, because it is asked every second: the executable is compared only when it was touched.</summary>
internal sealed class InstalledFiles(InstallRequest request)
{
    private readonly InstallPaths _paths = new(request.Host.Here(request.BinDir));
    private readonly string _config = request.Host.Here(request.ConfigPath);
    private (long Length, DateTime Written, DateTime Changed)? _verified;

    /// <summary>Was it uninstalled, or never installed? The record goes last, the configuration first.</summary>
    public bool AreGone => !File.Exists(_paths.Record) && !File.Exists(_config);

    /// <summary>Our configuration as it is there; null where there is none.</summary>
    public byte[]? Configuration()
    {
        try
        {
            return File.ReadAllBytes(_config);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"cannot read {_config}: {e.Message}", "", e);
        }
    }

    /// <summary>What is not as it was installed, in words: "bridge is missing". Not the configuration.</summary>
    /// <param name="foreign">Gets the names that other people's plugins have taken over: those are left to them.</param>
    /// <exception cref="CniException">The record cannot be read.</exception>
    public IReadOnlyList<string> Differences(List<string> foreign)
    {
        var differences = new List<string>();
        var record = InstallRecord.Read(_paths);
        if (record is null)
            differences.Add($"the record of the installation, {Path.GetFileName(_paths.Record)}, is missing");
        string current = InstallPaths.Versioned(request.Version);
        if (!IsOurExecutable(_paths.Of(current)))
            differences.Add($"{current} is {(File.Exists(_paths.Of(current)) ? "not this version's executable" : "missing")}");
        foreach (string name in (IEnumerable<string>)[InstallPaths.Program, .. request.PluginTypes])
        {
            string path = _paths.Of(name);
            if (new FileInfo(path).LinkTarget == (name == InstallPaths.Program ? current : InstallPaths.Program))
                continue;
            if (!OwnFiles.IsThere(path))
                differences.Add($"{name} is missing");
            else if (OwnFiles.IsOurLink(path) || name == InstallPaths.Program || request.Replace)
                differences.Add($"{name} is not our link");
            else
                foreign.Add(name);
        }
        return differences;
    }

    private bool IsOurExecutable(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.LinkTarget is not null || file.UnixFileMode != AtomicFile.Executable)
            return false;
        var seen = (file.Length, file.LastWriteTimeUtc, file.CreationTimeUtc);
        if (_verified == seen)
            return true;
        if (!OwnFiles.AreSame(request.Executable, path))
            return false;
        _verified = seen;
        return true;
    }
}
