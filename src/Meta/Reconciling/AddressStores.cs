using MultiNet.Cni;

namespace MultiNet.Meta.Reconciling;

/// <summary>Reads host-local's folders. It changes nothing: releasing is the plugin's matter, which has the lock.</summary>
internal static class AddressStores
{
    /// <summary>Where host-local keeps networks that name no <c>dataDir</c>.</summary>
    public const string DefaultFolder = "/var/lib/cni/networks";

    /// <summary>The folder of a network's reservations, for each plugin of its chain whose addresses host-local gives.</summary>
    public static IEnumerable<string> FoldersOf(NetworkConfigList list)
    {
        foreach (var plugin in list.Plugins)
        {
            var ipam = plugin.Fields.Object("ipam");
            if (ipam.String("type") == "host-local")
                yield return Path.Combine(ipam.String("dataDir") is { Length: > 0 } folder ? folder : DefaultFolder, list.Name);
        }
    }

    /// <summary>What is reserved in a folder; nothing where there is none.</summary>
    public static List<AddressReservation> Read(string folder)
    {
        var found = new List<AddressReservation>();
        try
        {
            if (!Directory.Exists(folder))
                return found;
            foreach (string path in Directory.EnumerateFiles(folder))
            {
                if (!IPText.TryParse(Path.GetFileName(path), out var address))
                    continue;
                string[] owner = File.ReadAllText(path).Trim().Split("\r\n", 2);
                found.Add(new AddressReservation(Path.GetFileName(folder), address, owner[0], owner.Length > 1 ? owner[1] : "", File.GetLastWriteTimeUtc(path)));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Released while it was read, or not for us to see: what is not read is not judged.
        }
        return found;
    }
}
