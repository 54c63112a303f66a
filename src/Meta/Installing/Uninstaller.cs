using MultiNet.Cni;
using MultiNet.Meta.CommandLine.Configuration;

namespace MultiNet.Meta.Installing;

/// <summary>Removes exactly what <see cref="Installer"/> has installed, the configuration first, and puts back what it kept aside.</summary>
/// <param name="binDir">The folder of CNI plugins, as on the node.</param>
/// <param name="progress">Told what was done.</param>
/// <param name="host">Where the node's file system is seen from here.</param>
internal sealed class Uninstaller(string binDir, Action<string> progress, HostRoot? host = null)
{
    private readonly HostRoot _host = host ?? HostRoot.Same;
    private readonly InstallPaths _paths = new((host ?? HostRoot.Same).Here(binDir));

    /// <summary>Uninstalls.</summary>
    /// <param name="force">Also while pods are attached to further networks: their DELs then go to the cluster network alone.</param>
    /// <returns>False where nothing was installed.</returns>
    /// <exception cref="CniException">Pods are still attached, or a file cannot be removed: then the rest still is recorded for another try.</exception>
    public bool Uninstall(bool force)
    {
        if (InstallRecord.Read(_paths) is null)
        {
            OwnFiles.Delete(AtomicFile.TemporaryOf(_paths.Record));
            return false;
        }
        using var held = InstallLock.Take(_paths);
        if (InstallRecord.Read(_paths) is not { } record)
            return false;
        var sandboxes = new AttachedSandboxes(Configuration(record), _host);
        if (!force)
            sandboxes.RefuseWhileOnlyWeCanRelease();

        if (record.ConfigFile.Length > 0)
            Remove(_host.Here(record.ConfigFile));
        if (record.CredentialsFolder.Length > 0)
            NodeCredentials.Remove(_host.Here(record.CredentialsFolder));
        foreach (string name in record.Replaced)
            PutBack(name);
        foreach (string name in record.Links)
        {
            // What somebody has put in the link's place since then is theirs.
            if (OwnFiles.IsOurLink(_paths.Of(name)))
                Remove(_paths.Of(name));
            OwnFiles.Delete(AtomicFile.TemporaryOf(_paths.Of(name)));
        }
        foreach (string name in record.Executables)
            Remove(_paths.Of(name));
        sandboxes.HandOver();
        Remove(_paths.Record);
        return true;
    }

    private Meta.Configuration.MetaConfig Configuration(InstallRecord record)
    {
        try
        {
            string config = _host.Here(record.ConfigFile);
            if (File.Exists(config))
                return ConfigurationFile.Read(ConfigurationFile.Load(config), config);
        }
        catch (CniException e)
        {
            // Whoever has spoiled the file must still be able to uninstall.
            progress($"passed over: {e.Text}");
        }
        return new Meta.Configuration.MetaConfig();
    }

    private void PutBack(string name)
    {
        string path = _paths.Of(name), aside = path + InstallPaths.AsideSuffix;
        if (!File.Exists(aside))
            return;
        // A rename over the link: the plugin is there at every instant. Unless somebody has installed a newer one meanwhile.
        if (OwnFiles.IsOurLink(path) || !OwnFiles.IsThere(path))
        {
            File.Move(aside, path, overwrite: true);
            progress($"put back: {path}");
        }
        else
        {
            OwnFiles.Delete(aside);
            progress($"removed: {aside} ({path} was replaced since)");
        }
    }

    private void Remove(string path)
    {
        // Of an install that was killed.
        OwnFiles.Delete(AtomicFile.TemporaryOf(path));
        if (!OwnFiles.IsThere(path))
            return;
        OwnFiles.Delete(path);
        progress($"removed: {path}");
    }
}
