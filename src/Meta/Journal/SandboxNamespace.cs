using MultiNet.Netlink;

namespace MultiNet.Meta.Journal;

/// <summary>Is the network namespace that a journal names still the one that was attached?</summary>
internal static class SandboxNamespace
{
    /// <summary>
    /// The path of the sandbox's namespace where it is sure to lead there, else empty. A path below <c>/proc</c> goes by a process number, and
    /// numbers are given out again: it counts only where the kernel tells namespaces apart.
    /// </summary>
    public static string LastingPath(SandboxJournal journal)
    {
        if (WhyGone(journal, out _) is not null)
            return "";
        return journal.NamespaceCookie != 0 ? journal.NetNs : journal.LastingNetNs;
    }

    /// <summary>
    /// The path by which a release enters the sandbox's namespace. The runtime's word counts for where it is now; but what is certainly another
    /// namespace is never entered: its interfaces have the same names, and are another pod's.
    /// </summary>
    /// <param name="journal">The sandbox.</param>
    /// <param name="given">What the runtime says; empty where it says nothing.</param>
    /// <returns>Empty where there is none that may be entered.</returns>
    public static string PathFor(SandboxJournal journal, string given)
    {
        if (given.Length == 0)
            return LastingPath(journal);
        return WhyGone(journal with { NetNs = given }, out bool isCertain) is not null && isCertain ? "" : given;
    }

    /// <summary>Why the namespace is gone; null where it is there, or nobody can say.</summary>
    /// <param name="journal">The sandbox.</param>
    /// <param name="isCertain">False where only the path leads nowhere: seen from a container, the paths of the node may not be there.</param>
    public static string? WhyGone(SandboxJournal journal, out bool isCertain)
    {
        isCertain = true;
        if (journal.BootId.Length > 0 && Boot.Id is { Length: > 0 } boot && boot != journal.BootId)
            return "the node was started anew since";
        try
        {
            using var found = NetworkNamespace.Open(journal.NetNs);
            if (journal.NamespaceCookie == 0)
                return null;
            using var socket = found.OpenSocket();
            return socket.NamespaceCookie is not 0 and var cookie && cookie != journal.NamespaceCookie
                ? "its path leads to another network namespace by now" : null;
        }
        catch (Exception e) when (e is NamespaceNotFoundException or NotANamespaceException)
        {
            // A bind mount that was taken away leaves an ordinary file.
            isCertain = false;
            return "its network namespace is gone";
        }
        catch (KernelException)
        {
            // No permission to look: then nobody may say that it is gone.
            return null;
        }
    }
}
