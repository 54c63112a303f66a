using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tuning;

/// <summary>
/// Undoes what was tuned. What is gone and what the kernel does not take back is no reason to keep a container from being deleted;
/// a kernel that is short of something is: then the backup stays for the next DEL.
/// </summary>
/// <param name="kernel">The kernel.</param>
/// <param name="dataDir">The folder of the backups.</param>
internal sealed class TuningRestore(NodeKernel kernel, string dataDir)
{
    /// <summary>Restores an attachment's interface and kernel parameters.</summary>
    /// <exception cref="KernelException">Something could not be restored, and may be later.</exception>
    public void Run(LinkBackup backup, CniCall call)
    {
        if (ContainerLink.TryEnter(kernel, call.NetNs) is not { } socket)
            return;
        if (socket.TryGetLink(call.IfName, out var link))
            RestoreLink(socket, link.Index, backup);
        if (backup.Sysctls.Count == 0)
            return;
        var container = kernel.Namespace(call.NetNs);
        var own = HandOver(container.Run(() => WithValues(backup.Sysctls)), call);
        if (own.Count > 0)
            container.Run(() => RestoreSysctls(own));
    }

    /// <summary>Restores an interface.</summary>
    public static void RestoreLink(RouteSocket socket, int index, LinkBackup backup)
    {
        foreach (var change in backup.Changes())
            IgnoreRefused(() => socket.LinkSet(index, change));
    }

    // A parameter of the namespace may be set for another attachment of the container, too. Where that was later, what it found is what was
    // set here: it is told what was there before, and the value stays.
    private List<SysctlBackup> HandOver(List<(SysctlBackup Change, string Current)> changes, CniCall call)
    {
        string ownPath = LinkBackup.PathOf(dataDir, call);
        foreach (string path in LinkBackup.List(dataDir))
        {
            if (path == ownPath || LinkBackup.Read(path) is not { } other || other.Attachment.ContainerId != call.ContainerId)
                continue;
            var theirs = new List<SysctlBackup>(other.Sysctls);
            int before = changes.Count;
            for (int i = 0; i < theirs.Count; i++)
            {
                int mine = changes.FindIndex(mine => IsLater(theirs[i], mine.Change, mine.Current));
                if (mine < 0)
                    continue;
                theirs[i] = theirs[i] with { Before = changes[mine].Change.Before };
                changes.RemoveAt(mine);
            }
            if (changes.Count < before)
                (other with { Sysctls = theirs }).Write(path);
        }
        // What has another value than was set is somebody else's by now.
        var own = new List<SysctlBackup>();
        foreach (var (change, current) in changes)
        {
            if (SysctlSetting.AreSame(current, change.Set))
                own.Add(change);
        }
        return own;
    }

    // Two that have set and found each other's values: the one whose value is there is the later one.
    private static bool IsLater(SysctlBackup other, SysctlBackup own, string current) =>
        other.Path == own.Path && SysctlSetting.AreSame(other.Before, own.Set)
        && (SysctlSetting.AreSame(other.Set, current) || !SysctlSetting.AreSame(own.Set, current));

    private static List<(SysctlBackup Change, string Current)> WithValues(IReadOnlyList<SysctlBackup> changes)
    {
        var found = new List<(SysctlBackup, string)>();
        foreach (var change in changes)
            IgnoreRefused(() => found.Add((change, Sysctl.Read(change.Path))));
        return found;
    }

    private static void RestoreSysctls(List<SysctlBackup> changes)
    {
        foreach (var change in changes)
            IgnoreRefused(() => Sysctl.Write(change.Path, change.Before));
    }

    private static void IgnoreRefused(Action step)
    {
        try
        {
            step();
        }
        catch (KernelException e) when (e.IsNotFound || e.IsNotSupported || e.IsNotPermitted || e.ErrnoName is "EINVAL" or "EBUSY" or "EEXIST" or "ERANGE")
        {
        }
    }
}
