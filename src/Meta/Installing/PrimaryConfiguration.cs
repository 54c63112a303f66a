using MultiNet.Cni;
using MultiNet.Meta.CommandLine.Configuration;

namespace MultiNet.Meta.Installing;

/// <summary>Finds the configuration of the cluster's network that a runtime would take if this program were not installed.</summary>
internal static class PrimaryConfiguration
{
    /// <summary>The first valid configuration of a folder that is neither ours nor Multus'.</summary>
    /// <param name="confDir">The folder.</param>
    /// <param name="passedOver">Told of files that cannot be read: they may be in the middle of being written.</param>
    /// <exception cref="CniException">Code 7: there is none (yet).</exception>
    public static NetworkConfigList Find(string confDir, Action<string> passedOver)
    {
        var broken = new List<string>();
        foreach (string file in Files(confDir))
        {
            if (ConfigurationFile.IsOurs(file, out _))
                continue;
            try
            {
                return NetworkConfigList.Load(file);
            }
            catch (CniException e)
            {
                broken.Add(file);
                passedOver($"passed over {file}: {e.Text}");
            }
        }
        throw new CniException(
            CniErrorCode.InvalidNetworkConfig, $"no configuration of a cluster network in {confDir}",
            (broken.Count > 0 ? $"{string.Join(", ", broken)} cannot be read; " : "") + "install the cluster's network first, or name a configuration with --config");
    }

    /// <summary>Configurations that a runtime would take before ours.</summary>
    public static IReadOnlyList<string> Before(string confDir)
    {
        var before = new List<string>();
        foreach (string file in Files(confDir))
        {
            if (string.CompareOrdinal(Path.GetFileName(file), InstallPaths.ConfigName) < 0)
                before.Add(file);
        }
        return before;
    }

    private static List<string> Files(string confDir)
    {
        var files = new List<string>();
        if (!Directory.Exists(confDir))
            return files;
        foreach (string file in Directory.GetFiles(confDir))
        {
            // As libcni: by extension, hidden files too.
            if (Path.GetExtension(file) is ".conf" or ".conflist" or ".json")
                files.Add(file);
        }
        files.Sort(StringComparer.Ordinal);
        return files;
    }
}
