using MultiNet.Cni;
using MultiNet.Meta.Journal;
using MultiNet.Netlink;

namespace MultiNet.Meta.Reconciling;

/// <summary>
/// The node's ends of the sandboxes' veth pairs, which the kernel removes with the sandbox's namespace. One that is there tells that the
/// namespace is there too, though its path leads nowhere: from a container the namespaces of the node are often not to be seen.
/// </summary>
internal sealed class HostLinks
{
    // The kernel takes a namespace down in the background, within some tens of milliseconds.
    private readonly Deadline _patience = Deadline.After(TimeSpan.FromSeconds(1));

    /// <summary>Why the sandbox's namespace is gone; null where it is there, or a veth on the node says so.</summary>
    public string? WhyGone(SandboxJournal journal) =>
        SandboxNamespace.WhyGone(journal, out bool isCertain) is { } reason && (isCertain || !HasOneOf(journal)) ? reason : null;

    /// <summary>Has the sandbox a veth whose end on the node is still there?</summary>
    public bool HasOneOf(SandboxJournal journal)
    {
        var names = new List<CniInterface>();
        foreach (var attachment in journal.Attachments)
        {
            if (attachment.Result is { } result && !attachment.Released)
                names.AddRange(result.Interfaces.Where(item => item.Sandbox.Length == 0));
        }
        while (names.Count > 0 && IsThere(names))
        {
            if (_patience.HasPassed)
                return true;
            Thread.Sleep(20);
        }
        return false;
    }

    private static bool IsThere(List<CniInterface> names)
    {
        using var socket = RouteSocket.Open();
        foreach (var name in names)
        {
            // A bridge stays when its pods go; a name may have been taken by another link since.
            if (socket.TryGetLink(name.Name, out var link) && link.Kind == "veth"
                && (name.Mac.Length == 0 || name.Mac.Equals(link.MacAddress.ToString(), StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }
        return false;
    }
}
