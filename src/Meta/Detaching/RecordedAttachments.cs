using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Planning;
using MultiNet.Meta.Plugin;

namespace MultiNet.Meta.Detaching;

/// <summary>What a sandbox has, for a DEL that finds no journal.</summary>
internal static class RecordedAttachments
{
    /// <summary>
    /// From libcni's caches: the one that this plugin writes beside its journal and Multus in the same folder, and the runtime's own, which
    /// knows pods from before any meta plugin was installed.
    /// </summary>
    /// <param name="caches">The caches.</param>
    /// <param name="request">The sandbox.</param>
    /// <param name="others">The container's other sandboxes: what is theirs stays.</param>
    /// <param name="isWhole">False where an entry cannot be read.</param>
    public static SandboxJournal FromCache(IReadOnlyList<ResultCache> caches, SandboxRequest request, IReadOnlyList<SandboxJournal> others, out bool isWhole)
    {
        var attachments = new List<JournalAttachment>();
        bool allRead = true;
        foreach (var entry in Entries(caches, request.ContainerId, _ => allRead = false))
        {
            if (IsOf(others, entry.IfName))
                continue;
            // One without a configuration would make every DEL fail, and nothing could ever release it.
            if (TryParse(entry) is not { } list)
            {
                allRead = false;
                continue;
            }
            attachments.Add(new JournalAttachment
            {
                DisplayName = entry.NetworkName,
                InterfaceName = entry.IfName,
                Config = list.Inlined().Bytes,
                Args = entry.Args,
                CapabilityArgs = entry.CapabilityArgs,
                Result = entry.Result,
            });
        }
        isWhole = allRead;
        // The cache knows no order. The default network was first, so it goes last; the others by name, net2 before net1.
        attachments.Sort((a, b) => Rank(a, request).CompareTo(Rank(b, request)) is var rank and not 0
            ? rank
            : string.CompareOrdinal(a.InterfaceName, b.InterfaceName));
        return Journal(request, attachments) with { Complete = true };
    }

    /// <summary>What the caches hold of a container. The runtime's entry for a meta plugin is left out: it says nothing of the networks.</summary>
    /// <param name="caches">The caches; where two know an interface, the first one counts.</param>
    /// <param name="containerId">The container.</param>
    /// <param name="unreadable">Hears of files that cannot be read.</param>
    public static List<CachedAttachment> Entries(IReadOnlyList<ResultCache> caches, string containerId, Action<string> unreadable)
    {
        var entries = new List<CachedAttachment>();
        foreach (var cache in caches)
        {
            foreach (var entry in cache.List(containerId, unreadable))
            {
                bool isMeta = TryParse(entry) is { } list && list.Plugins.Any(plugin => plugin.Type is MetaPlugin.TypeName or "multus" or "multus-shim");
                if (!isMeta && !entries.Exists(known => known.IfName == entry.IfName))
                    entries.Add(entry);
            }
        }
        return entries;
    }

    /// <summary>
    /// Removes the file in which Multus keeps the configurations of a sandbox; libcni's cache says the same and has been used. Fine where
    /// there is none.
    /// </summary>
    public static void DeleteMultusFile(string cniDir, string containerId)
    {
        try
        {
            File.Delete(Path.Combine(cniDir, containerId));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It holds nothing that anybody needs.
        }
    }

    /// <summary>
    /// From the plan that an ADD would make now, for a sandbox of which nothing is recorded: either nothing was ever attached, or
    /// its state was lost. Plugins that never saw the container have nothing to do.
    /// </summary>
    /// <param name="request">The sandbox.</param>
    /// <param name="plan">Makes the plan.</param>
    /// <param name="known">Whose interfaces are left out: the container's other sandboxes, and what is recorded.</param>
    public static SandboxJournal FromPlan(SandboxRequest request, Func<SandboxRequest, AttachmentPlan> plan, IReadOnlyList<SandboxJournal> known)
    {
        var attachments = new List<JournalAttachment>();
        foreach (var candidate in new[] { request, request with { Pod = null } })
        {
            try
            {
                foreach (var attachment in plan(candidate).Attachments)
                {
                    if (!IsOf(known, attachment.InterfaceName))
                        attachments.Add(attachment.ToJournal() with { InLinkGroup = false });
                }
                break;
            }
            catch (CniException)
            {
                // The pod or a definition is gone: then the configured networks alone; and if those are wrong too, nothing.
            }
        }
        return Journal(request, attachments);
    }

    private static bool IsOf(IReadOnlyList<SandboxJournal> sandboxes, string interfaceName) =>
        sandboxes.Any(sandbox => sandbox.Attachments.Any(attachment => attachment.InterfaceName == interfaceName));

    private static NetworkConfigList? TryParse(CachedAttachment entry)
    {
        try
        {
            return NetworkConfigList.Parse(entry.Config, "cached configuration", entry.NetworkName);
        }
        catch (CniException)
        {
            return null;
        }
    }

    private static int Rank(JournalAttachment attachment, SandboxRequest request) => attachment.InterfaceName == request.IfName ? 0 : 1;

    private static SandboxJournal Journal(SandboxRequest request, List<JournalAttachment> attachments) => new()
    {
        ContainerId = request.ContainerId,
        NetNs = request.NetNs,
        IfName = request.IfName,
        Pod = request.Pod,
        Attachments = attachments,
    };
}
