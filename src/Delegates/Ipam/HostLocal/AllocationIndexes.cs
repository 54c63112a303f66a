using MultiNet.Cni;

namespace MultiNet.Delegates.Ipam.HostLocal;

/// <summary>The indexes that our host-local keeps beside the reservations, for whoever takes this program away from a node.</summary>
public static class AllocationIndexes
{
    /// <summary>Where reservations are unless a configuration says otherwise.</summary>
    public const string DefaultFolder = "/var/lib/cni/networks";

    /// <summary>
    /// Removes the indexes of all networks: no other program reads them. Reservations stay. Where one cannot be removed it stays, too: nothing
    /// depends on it.
    /// </summary>
    /// <param name="folder">The folder with one folder for each network.</param>
    public static void Forget(string folder)
    {
        try
        {
            foreach (string network in Directory.EnumerateDirectories(folder))
            {
                string index = Path.Combine(network, AllocationStore.IndexName);
                if (!Directory.Exists(index))
                    continue;
                // Without a lock's file nobody is at work, and none is left behind.
                using var store = File.Exists(Path.Combine(network, AllocationStore.LockName)) ? AllocationStore.TryOpen(network, AllocationStore.DefaultLockTimeout) : null;
                Directory.Delete(index, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CniException)
        {
        }
    }
}
