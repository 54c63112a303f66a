using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Meta.CommandLine.Configuration;

namespace MultiNet.Meta.Installing;

/// <summary>Looks through the runtime's folder of configurations for the cluster's network.</summary>
internal sealed record PrimarySearch
{
    /// <summary>Where the node's file system is seen from here.</summary>
    public required HostRoot Host { get; init; }

    /// <summary>The folder, as on the node.</summary>
    public required string ConfDir { get; init; }

    /// <summary>The name of the file or of the network that is to be taken, or null.</summary>
    public string? Wanted { get; init; }

    /// <summary>The name of the file that stays chosen while it is there (<see cref="PrimaryNetwork.IsPinned"/>), or empty.</summary>
    public string Pinned { get; init; } = "";

    /// <summary>The file, as on the node, that our configuration names at present, or empty: while it is there but cannot be read, no other is taken.</summary>
    public string Current { get; init; } = "";

    /// <summary>A search for what is to be installed, with what is known of an earlier installation.</summary>
    public static PrimarySearch For(InstallRequest request, InstallRecord? installed) => new()
    {
        Host = request.Host,
        ConfDir = request.ConfDir,
        Wanted = request.Primary,
        Pinned = installed?.Primary ?? "",
        Current = installed is null ? "" : CurrentOf(request.Host.Here(request.ConfigPath)),
    };

    /// <summary>Reads every configuration of the folder.</summary>
    /// <exception cref="CniException">Code 5: the folder cannot be read.</exception>
    public PrimaryFindings Look()
    {
        var networks = new List<KeyValuePair<string, NetworkConfigList>>();
        var unreadable = new List<KeyValuePair<string, string>>();
        var warnings = new List<string>();
        var multus = new List<MultusConfiguration>();
        foreach (string file in Files(Host.Here(ConfDir)))
        {
            string name = Path.GetFileName(file);
            if (name == InstallPaths.ConfigName)
                continue;
            if (string.CompareOrdinal(name, InstallPaths.ConfigName) < 0)
                warnings.Add($"{Path.Combine(ConfDir, name)} comes before {InstallPaths.ConfigName} in the alphabet: runtimes will take that file");
            try
            {
                if (ConfigurationFile.IsOurs(file, out _))
                {
                    if (MultusConfiguration.Read(JsonFields.Parse(InputBytes(file), file)) is { } found)
                        multus.Add(found);
                    continue;
                }
                networks.Add(new(name, NetworkConfigList.Load(file)));
            }
            catch (CniException e)
            {
                unreadable.Add(new(Path.Combine(ConfDir, name), e.Text));
            }
        }
        PrimaryNetwork? chosen;
        try
        {
            chosen = Choose(networks, multus, unreadable, warnings);
        }
        catch (CniException e)
        {
            chosen = null;
            warnings.Add(e.Text);
        }
        return new PrimaryFindings { Network = chosen, Unreadable = unreadable, Warnings = warnings, Wanted = Wanted, ConfDir = ConfDir };
    }

    private PrimaryNetwork? Choose(
        List<KeyValuePair<string, NetworkConfigList>> networks, List<MultusConfiguration> multus, List<KeyValuePair<string, string>> unreadable, List<string> warnings)
    {
        if (Wanted is { } wanted)
            return First(networks, (file, network) => file == wanted || network.Name == wanted);
        // In the middle of being written: what follows it in the alphabet is not the cluster's network for that.
        foreach (var (file, _) in unreadable)
        {
            if (file == Current)
                return null;
        }
        foreach (var one in multus)
        {
            if (one.Policies() is { Count: > 0 } policies)
                warnings.Add($"Multus' configuration sets {string.Join(", ", policies)}: not taken over, name them with --settings if they are to stay");
            if (one.Primary(networks, file => Path.Combine(ConfDir, file)) is { } behind)
                return behind;
        }
        if (Pinned.Length > 0 && First(networks, (file, _) => file == Pinned) is { } pinned)
            return pinned with { IsPinned = true };
        return First(networks, (_, _) => true);
    }

    private PrimaryNetwork? First(List<KeyValuePair<string, NetworkConfigList>> networks, Func<string, NetworkConfigList, bool> isIt)
    {
        foreach (var (file, network) in networks)
        {
            if (isIt(file, network))
                return PrimaryNetwork.OfFile(network, Path.Combine(ConfDir, file));
        }
        return null;
    }

    private static string CurrentOf(string configFile)
    {
        try
        {
            foreach (var plugin in JsonFields.Parse(InputBytes(configFile), configFile).Objects("plugins"))
                return plugin.String("clusterNetwork");
        }
        catch (CniException)
        {
            // Spoiled by somebody, or not there: then there is no present one.
        }
        return "";
    }

    private static byte[] InputBytes(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"{file}: {e.Message}", "", e);
        }
    }

    private static List<string> Files(string confDir)
    {
        var files = new List<string>();
        if (!Directory.Exists(confDir))
            return files;
        try
        {
            foreach (string file in Directory.GetFiles(confDir))
            {
                // As libcni: by extension, hidden files too.
                if (Path.GetExtension(file) is ".conf" or ".conflist" or ".json")
                    files.Add(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.IOFailure, $"cannot read the folder {confDir}: {e.Message}", "", e);
        }
        files.Sort(StringComparer.Ordinal);
        return files;
    }
}
