using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Planning;

namespace MultiNet.Meta.Detaching;

/// <summary>What a sandbox has, for a DEL that finds no journal.</summary>
internal static class RecordedAttachments
{
    /// <summary>From libcni's cache, which this plugin writes beside its journal, and Multus in its own folder.</summary>
    public static SandboxJournal FromCache(ResultCache cache, SandboxRequest request)
    {
        var attachments = new List<JournalAttachment>();
        foreach (var entry in cache.List(request.ContainerId))
        {
            attachments.Add(new JournalAttachment
            {
                DisplayName = entry.NetworkName,
                InterfaceName = entry.IfName,
                Config = entry.Config,
                Args = entry.Args,
                CapabilityArgs = entry.CapabilityArgs,
                Result = entry.Result,
            });
        }
        // The cache knows no order. The default network was first, so it goes last; the others by name, net2 before net1.
        attachments.Sort((a, b) => Rank(a, request).CompareTo(Rank(b, request)) is var rank and not 0
            ? rank
            : string.CompareOrdinal(a.InterfaceName, b.InterfaceName));
        return Journal(request, attachments) with { Complete = true };
    }

    /// <summary>
    /// From the plan that an ADD would make now, for a sandbox of which nothing is recorded: either nothing was ever attached, or
    /// its state was lost. Plugins that never saw the container have nothing to do.
    /// </summary>
    public static SandboxJournal FromPlan(SandboxRequest request, Func<SandboxRequest, AttachmentPlan> plan)
    {
        var attachments = new List<JournalAttachment>();
        foreach (var candidate in new[] { request, request with { Pod = null } })
        {
            try
            {
                foreach (var attachment in plan(candidate).Attachments)
                    attachments.Add(attachment.ToJournal() with { InLinkGroup = false });
                break;
            }
            catch (CniException)
            {
                // The pod or a definition is gone: then the configured networks alone; and if those are wrong too, nothing.
            }
        }
        return Journal(request, attachments);
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
