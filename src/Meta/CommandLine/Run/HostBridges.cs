using MultiNet.Cni;
using MultiNet.Meta.Journal;
using MultiNet.Netlink;

namespace MultiNet.Meta.CommandLine.Run;

/// <summary>
/// The bridges that a trial on the host leaves: a CNI bridge outlives its last pod, and a trial must leave nothing behind. Only those go that
/// the trial's own networks name, that were not there before, and that have no port.
/// </summary>
internal static class HostBridges
{
    /// <summary>The names of all bridges of this network namespace.</summary>
    public static IReadOnlyList<string> List()
    {
        using var here = NetworkNamespace.Current();
        using var socket = here.OpenSocket();
        var names = new List<string>();
        foreach (var link in socket.LinkList())
        {
            if (link.Kind == "bridge")
                names.Add(link.Name);
        }
        return names;
    }

    /// <summary>The bridges that a sandbox's networks name.</summary>
    public static IEnumerable<string> NamedBy(SandboxJournal journal)
    {
        foreach (var attachment in journal.Attachments)
        {
            var list = NetworkConfigList.Parse(attachment.Config, "journal");
            foreach (var plugin in list.Plugins)
            {
                if (plugin.Type == "bridge")
                    yield return plugin.Fields.String("bridge", "cni0");
            }
        }
    }

    /// <summary>Removes bridges that have no ports; those that are gone or in use are passed over.</summary>
    public static void RemoveUnused(IEnumerable<string> names)
    {
        using var here = NetworkNamespace.Current();
        using var socket = here.OpenSocket();
        var links = socket.LinkList();
        foreach (string name in names)
        {
            var bridge = links.FirstOrDefault(link => link.Name == name && link.Kind == "bridge");
            if (bridge is not null && !links.Any(link => link.MasterIndex == bridge.Index))
                socket.LinkDelete(bridge.Index);
        }
    }
}
