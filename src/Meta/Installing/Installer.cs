using MultiNet.Cni;

namespace MultiNet.Meta.Installing;

/// <summary>
/// Installs this program on a node: first everything is decided and written down, then files are put in place one by one, each whole, the
/// configuration last. An install that is interrupted at any point is finished by the next one or removed by <see cref="Uninstaller"/>.
/// </summary>
internal sealed class Installer(InstallRequest request, Action<string> progress)
{
    private readonly InstallPaths _paths = new(request.BinDir);

    /// <summary>Installs.</summary>
    /// <exception cref="CniException">Why it cannot be installed. Before anything was touched if what was asked for makes no sense.</exception>
    public void Install()
    {
        Validate();
        byte[] configuration = NodeConfiguration.Make(request, progress);
        MakeFolder(request.BinDir);
        MakeFolder(request.ConfDir);
        using var held = InstallLock.Take(_paths);
        var earlier = InstallRecord.Read(_paths) ?? new InstallRecord();
        var record = Decide(earlier);
        record.Write(_paths);

        PlaceExecutable();
        foreach (string link in record.Links)
            PlaceLink(link, record);
        PlaceConfiguration(configuration, record.ConfigFile);
        if (earlier.ConfigFile.Length > 0 && earlier.ConfigFile != record.ConfigFile)
            Remove(earlier.ConfigFile);
        foreach (string old in record.Executables)
        {
            if (old != InstallPaths.Versioned(request.Version))
                Remove(_paths.Of(old));
        }
        (record with { Executables = [InstallPaths.Versioned(request.Version)] }).Write(_paths);
        foreach (string file in PrimaryConfiguration.Before(request.ConfDir))
            progress($"warning: {file} comes before {InstallPaths.ConfigName} in the alphabet: runtimes will take that file");
    }

    private void Validate()
    {
        if (request.BinDir == request.ConfDir)
            throw new CniException(CniErrorCode.InvalidNetworkConfig, $"plugins and configurations need different folders, both are {request.BinDir}");
        foreach (string folder in (ReadOnlySpan<string>)[request.BinDir, request.ConfDir])
        {
            if (folder == "/" || File.Exists(folder))
                throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{folder} {(folder == "/" ? "is no folder to install into" : "is a file, expected a folder")}");
        }
        if (!File.Exists(request.Executable))
            throw new CniException(CniErrorCode.IOFailure, $"the executable {request.Executable} is gone", "start multinet again from where it is");
        if (request.ManifestDir is { } manifests && !Directory.Exists(manifests))
            throw new CniException(CniErrorCode.InvalidNetworkConfig, $"manifest folder {manifests}: no such folder");
    }

    private InstallRecord Decide(InstallRecord earlier)
    {
        var links = new List<string>();
        var replaced = new List<string>();
        foreach (string name in (IEnumerable<string>)[InstallPaths.Program, .. request.PluginTypes])
        {
            string path = _paths.Of(name);
            bool isOurs = OwnFiles.IsOurLink(path);
            bool isFree = !OwnFiles.IsThere(path);
            bool wasReplaced = earlier.Replaced.Contains(name) && File.Exists(path + InstallPaths.AsideSuffix);
            if (Directory.Exists(path) && !isOurs)
                throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{path} is a folder", "it stands where a plugin must be");
            if (!isOurs && !isFree && !request.Replace)
            {
                if (name == InstallPaths.Program)
                {
                    throw new CniException(
                        CniErrorCode.InvalidNetworkConfig, $"{path} is there and was not installed by multinet install", "--replace keeps it aside and takes its place");
                }
                progress($"left alone: {path} (not ours; --replace would take its place)");
                continue;
            }
            links.Add(name);
            if (wasReplaced || (!isOurs && !isFree))
                replaced.Add(name);
        }
        // Links of types that are built in no more are ours to remove by and by.
        foreach (string name in earlier.Links)
        {
            if (!links.Contains(name) && OwnFiles.IsOurLink(_paths.Of(name)))
                links.Add(name);
        }
        string current = InstallPaths.Versioned(request.Version);
        var executables = new List<string> { current };
        foreach (string old in earlier.Executables)
        {
            if (old != current)
                executables.Add(old);
        }
        return new InstallRecord
        {
            ConfigFile = Path.Combine(request.ConfDir, InstallPaths.ConfigName),
            Executables = executables,
            Links = links,
            Replaced = replaced,
        };
    }

    private void PlaceExecutable()
    {
        string path = _paths.Of(InstallPaths.Versioned(request.Version));
        if (OwnFiles.AreSame(request.Executable, path))
        {
            progress($"unchanged: {path}");
            return;
        }
        AtomicFile.Copy(request.Executable, path, AtomicFile.Executable);
        progress($"installed: {path}");
    }

    private void PlaceLink(string name, InstallRecord record)
    {
        string path = _paths.Of(name);
        string target = name == InstallPaths.Program ? InstallPaths.Versioned(request.Version) : InstallPaths.Program;
        if (new FileInfo(path).LinkTarget == target)
            return;
        if (record.Replaced.Contains(name) && !OwnFiles.IsOurLink(path))
        {
            AtomicFile.Keep(path, path + InstallPaths.AsideSuffix);
            progress($"kept aside: {path + InstallPaths.AsideSuffix}");
        }
        AtomicFile.Link(path, target);
        progress($"linked: {path} -> {target}");
    }

    private void PlaceConfiguration(byte[] configuration, string path)
    {
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(configuration))
        {
            progress($"unchanged: {path}");
            return;
        }
        AtomicFile.Write(path, configuration, AtomicFile.OwnerOnly);
        progress($"wrote: {path}");
    }

    private void Remove(string path)
    {
        if (!OwnFiles.IsThere(path))
            return;
        OwnFiles.Delete(path);
        progress($"removed: {path}");
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"cannot make {folder}: {e.Message}", "installing on a node needs root", e);
        }
    }
}
