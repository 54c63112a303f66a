using MultiNet.Cni;
using MultiNet.Meta.Journal;

namespace MultiNet.Meta.Installing;

/// <summary>
/// Installs this program on a node: first everything is decided and written down, then files are put in place one by one, each whole, the
/// configuration last. An install that is interrupted at any point is finished by the next one or removed by <see cref="Uninstaller"/>.
/// </summary>
internal sealed class Installer(InstallRequest request, Action<string> progress)
{
    private readonly InstallPaths _paths = new(request.Host.Here(request.BinDir));

    /// <summary>Installs around the cluster's network that is there now.</summary>
    /// <exception cref="CniException">Why it cannot be installed. Before anything was touched if what was asked for makes no sense.</exception>
    public void Install()
    {
        Validate();
        PrimaryNetwork? primary = null;
        if (request.ConfigFile is { } file)
            progress($"configuration of {file}");
        if (!NodeConfiguration.HasOwnNetwork(request))
        {
            var findings = PrimarySearch.For(request, InstallRecord.Read(_paths)).Look();
            foreach (var (path, problem) in findings.Unreadable)
                progress($"passed over {path}: {problem}");
            foreach (string warning in findings.Warnings)
                progress($"warning: {warning}");
            primary = findings.Network ?? throw findings.Missing();
            progress($"cluster network: {primary.Name}{(primary.File.Length > 0 ? $" of {primary.File}" : ", which Multus stands before")}");
        }
        Install(NodeConfiguration.Make(request, primary), primary);
    }

    /// <summary>Installs with a configuration that was made before.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="primary">The cluster's network in it; null where it is not known.</param>
    /// <exception cref="CniException">Why it cannot be installed.</exception>
    public void Install(byte[] configuration, PrimaryNetwork? primary)
    {
        Validate();
        var credentials = NodeCredentials.Read(request);
        MakeFolder(request.Host.Here(request.BinDir));
        MakeFolder(request.Host.Here(request.ConfDir));
        using var held = InstallLock.Take(_paths);
        var earlier = InstallRecord.Read(_paths) ?? new InstallRecord();
        var record = Decide(earlier, primary);
        WriteUnlessSame(record, earlier);

        PlaceExecutable();
        foreach (string link in record.Links)
            PlaceLink(link, record);
        foreach (string name in credentials?.Place() ?? [])
            progress($"wrote: {Path.Combine(NodeCredentials.FolderOf(request), name)}");
        // After a power cut there must be no configuration without its executable.
        StateFile.FlushDirectory(_paths.BinDir);
        PlaceConfiguration(configuration, record.ConfigFile);
        if (earlier.ConfigFile.Length > 0 && earlier.ConfigFile != record.ConfigFile)
            Remove(request.Host.Here(earlier.ConfigFile));
        foreach (string old in record.Executables)
        {
            if (old != InstallPaths.Versioned(request.Version))
                Remove(_paths.Of(old));
        }
        WriteUnlessSame(record with { Executables = [InstallPaths.Versioned(request.Version)] }, record);
    }

    private void Validate()
    {
        if (request.BinDir == request.ConfDir)
            throw new CniException(CniErrorCode.InvalidNetworkConfig, $"plugins and configurations need different folders, both are {request.BinDir}");
        foreach (string onHost in (ReadOnlySpan<string>)[request.BinDir, request.ConfDir])
        {
            string folder = request.Host.Here(onHost);
            if (onHost == "/" || File.Exists(folder))
                throw new CniException(CniErrorCode.InvalidNetworkConfig, $"{folder} {(onHost == "/" ? "is no folder to install into" : "is a file, expected a folder")}");
        }
        if (!File.Exists(request.Executable))
            throw new CniException(CniErrorCode.IOFailure, $"the executable {request.Executable} is gone", "start multinet again from where it is");
        if (request.ManifestDir is { } manifests && !Directory.Exists(request.Host.Here(manifests)))
            throw new CniException(CniErrorCode.InvalidNetworkConfig, $"manifest folder {manifests}: no such folder");
    }

    private InstallRecord Decide(InstallRecord earlier, PrimaryNetwork? primary)
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
            ConfigFile = request.ConfigPath,
            CredentialsFolder = request.ServiceAccount is null ? earlier.CredentialsFolder : NodeCredentials.FolderOf(request),
            Primary = primary is null ? earlier.Primary : primary.IsPinned ? Path.GetFileName(primary.File) : "",
            Executables = executables,
            Links = links,
            Replaced = replaced,
        };
    }

    // Each is two flushes of the disk, and an installation that is followed is looked at often.
    private void WriteUnlessSame(InstallRecord record, InstallRecord written)
    {
        if (!File.Exists(_paths.Record) || !record.Bytes().AsSpan().SequenceEqual(written.Bytes()))
            record.Write(_paths);
    }

    private void PlaceExecutable()
    {
        string path = _paths.Of(InstallPaths.Versioned(request.Version));
        if (OwnFiles.AreSame(request.Executable, path) && File.GetUnixFileMode(path) == AtomicFile.Executable)
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

    private void PlaceConfiguration(byte[] configuration, string onHost)
    {
        string path = request.Host.Here(onHost);
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
