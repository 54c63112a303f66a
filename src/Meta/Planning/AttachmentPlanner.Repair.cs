using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.HotPlug;
using MultiNet.Meta.Journal;

namespace MultiNet.Meta.Planning;

// The plan for attachments that are made anew as they were.
internal sealed partial class AttachmentPlanner
{
    /// <summary>Plans to detach some attachments, and what stands on them, and to attach them anew from what the journal says: no annotation and no definition is read.</summary>
    /// <exception cref="CniException">A configuration cannot be read, or a plugin is not found any more.</exception>
    public ChangePlan PlanRepair(SandboxRequest request, SandboxJournal journal, IReadOnlyList<JournalAttachment> broken)
    {
        var changed = new HashSet<string>();
        foreach (var attachment in broken)
            StackedInterfaces.AddNames(changed, attachment);
        List<JournalAttachment> others = [.. journal.Attachments.Where(a => !broken.Contains(a))];
        var above = StackedInterfaces.Above(others, changed);
        var routes = DefaultRoutesOf(journal.Attachments);
        var attach = new List<PlannedAttachment>();
        for (int i = 0; i < journal.Attachments.Count; i++)
        {
            var attachment = journal.Attachments[i];
            if (broken.Contains(attachment) || above.Contains(attachment))
                attach.Add(Again(attachment, i, routes[attachment.InterfaceName], request));
        }
        return new ChangePlan
        {
            PodUid = UidOf(request),
            Detach = [.. journal.Attachments.Where(a => broken.Contains(a) || above.Contains(a))],
            Attach = attach,
            StaysWanted = true,
            DefaultRoutes = routes,
            Warnings = [],
        };
    }

    private PlannedAttachment Again(JournalAttachment attachment, int index, DefaultRoutePlan route, SandboxRequest request)
    {
        var planned = Standing(attachment, request);
        return planned with
        {
            Index = index,
            Plugins = ResolvePlugins(planned.Config, request.Path),
            DefaultRoute = route,
            Asked = attachment.Asked,
            IsSelected = attachment.IsSelected,
            DeviceInfo = attachment.DeviceInfoFile.Length > 0 ? new DeviceInfoPlan(attachment.DeviceInfoFile, null) : null,
        };
    }

    // A static pod has another one at the API server. That it cannot be asked is no reason to leave a pod without its network.
    private string UidOf(SandboxRequest request)
    {
        try
        {
            return FindPod(request)?.Uid ?? "";
        }
        catch (CniException)
        {
            return "";
        }
    }
}
