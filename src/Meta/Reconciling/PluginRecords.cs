using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Meta.Reconciling;

/// <summary>Reads the records of the built-in plugins, <c>FOLDER/PLUGIN/NETWORK/CONTAINER@IFNAME.json</c>. </summary>
internal static class PluginRecords
{
    private const int LargestFile = 1 << 20;

    /// <summary>The records of a network; what cannot be read is left out.</summary>
    public static List<PluginRecord> Read(string folder, string network)
    {
        var found = new List<PluginRecord>();
        try
        {
            if (!Directory.Exists(folder))
                return found;
            foreach (string plugin in Directory.EnumerateDirectories(folder))
            {
                string records = Path.Combine(plugin, network);
                if (!Directory.Exists(records))
                    continue;
                foreach (var file in new DirectoryInfo(records).EnumerateFiles("*.json"))
                {
                    if (file.Length is > 0 and <= LargestFile && Owner(file.FullName) is { } owner)
                        found.Add(new PluginRecord(Path.GetFileName(plugin), network, owner.ContainerId, owner.InterfaceName, file.LastWriteTimeUtc));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Released while it was read, or not for us to see: what is not read is not judged.
        }
        return found;
    }

    /// <summary>Deletes the records of an attachment; where there are none, or they are not for us to delete, nothing is done.</summary>
    public static void Delete(string folder, string network, string containerId, string interfaceName)
    {
        try
        {
            if (!Directory.Exists(folder))
                return;
            foreach (string plugin in Directory.EnumerateDirectories(folder))
            {
                string records = Path.Combine(plugin, network);
                if (!Directory.Exists(records))
                    continue;
                foreach (string file in Directory.GetFiles(records, "*.json"))
                {
                    if (Owner(file) == (containerId, interfaceName))
                        File.Delete(file);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They are gone with the next boot.
        }
    }

    private static (string ContainerId, string InterfaceName)? Owner(string path)
    {
        try
        {
            var fields = JsonFields.Parse(File.ReadAllBytes(path), path);
            return (fields.String("containerID"), fields.String("ifname"));
        }
        catch (CniException)
        {
            return null;
        }
    }
}
