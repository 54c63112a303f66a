using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.HotPlug;
using MultiNet.Meta.Journal;
using MultiNet.Networks;

namespace MultiNet.Meta.Planning;

// The plan for a pod that runs: its annotation as it is now beside its journal.
internal sealed partial class AttachmentPlanner
{
    /// <summary>Plans how the sandbox gets from what it has to what its pod's annotation asks for now. The configured networks stay as they are.</summary>
    /// <exception cref="CniException">Everything that is wrong with the annotation, at once. Code 11: the pod is not known, or is another one by now.</exception>
    public ChangePlan PlanChange(SandboxRequest request, SandboxJournal journal)
    {
        var problems = new PlanProblems();
        var pod = FindPod(request);
        var wanted = new List<NetworkCandidate>();
        var selections = PodSelections.Of(pod, request.IfName) with { Default = null };
        _source?.Prefetch(Selected(selections, pod?.Namespace ?? ""));
        AddNetworksAnnotation(wanted, pod, selections.Networks, problems);
        problems.ThrowIfAny(request);

        var (names, standing) = new StandingAttachments(journal).Match(
            wanted.ConvertAll(w => new WantedNetwork(w.DisplayName, w.Selection?.Interface ?? "", w.Asked)), problems);
        problems.ThrowIfAny(request);
        var configured = journal.Attachments.Where(a => !a.IsSelected).ToList();
        var kept = journal.Attachments.Where(a => !a.IsSelected || standing.Contains(a)).ToList();
        var claims = configured.ConvertAll(Claim);
        for (int i = 0; i < names.Length; i++)
            claims.Add(new DefaultRouteClaim(wanted[i].DisplayName, names[i], wanted[i].Selection?.DefaultRoute));
        var routes = DefaultRoutes(claims, problems);

        string?[] devices = new DeviceAssignment(_devices, request, pod, kept).Assign(wanted, names, standing, problems);
        var attach = new List<PlannedAttachment>();
        var all = configured.ConvertAll(a => Standing(a, request));
        for (int i = 0; i < names.Length; i++)
        {
            var planned = standing[i] is { } attachment
                ? Standing(attachment, request)
                : PlanAttachment(wanted[i], kept.Count + attach.Count, names[i], routes[configured.Count + i], devices[i], request, pod, problems);
            if (planned is null)
                continue;
            all.Add(planned);
            if (standing[i] is null)
                attach.Add(planned);
        }
        ContainerInterfaces.Check(all, problems);
        problems.ThrowIfAny(request);
        return new ChangePlan
        {
            PodUid = pod?.Uid ?? "",
            Detach = [.. journal.Attachments.Where(a => !kept.Contains(a))],
            Attach = attach,
            DefaultRoutes = ByInterface(claims, routes),
            Warnings = problems.Warnings,
        };
    }

    /// <summary>What becomes of the default routes where these attachments and no others stand.</summary>
    public static IReadOnlyDictionary<string, DefaultRoutePlan> DefaultRoutesOf(IReadOnlyList<JournalAttachment> attachments)
    {
        var claims = attachments.Select(Claim).ToList();
        return ByInterface(claims, DefaultRoutes(claims, new PlanProblems()));
    }

    private static DefaultRouteClaim Claim(JournalAttachment attachment) =>
        new(attachment.DisplayName, attachment.InterfaceName, SelectionRequest.DefaultRouteOf(attachment.Asked));

    private static Dictionary<string, DefaultRoutePlan> ByInterface(List<DefaultRouteClaim> claims, DefaultRoutePlan[] routes)
    {
        var plans = new Dictionary<string, DefaultRoutePlan>();
        for (int i = 0; i < routes.Length; i++)
            plans[claims[i].InterfaceName] = routes[i];
        return plans;
    }

    // Only what others need to know of it: it is not attached again.
    private static PlannedAttachment Standing(JournalAttachment attachment, SandboxRequest request)
    {
        var config = NetworkConfigList.Parse(attachment.Config, $"journal of {request.ContainerId}");
        return new PlannedAttachment
        {
            Index = 0,
            DisplayName = attachment.DisplayName,
            InterfaceName = attachment.InterfaceName,
            Config = config,
            Origin = "journal",
            Plugins = [],
            Args = attachment.Args,
            CapabilityArgs = attachment.CapabilityArgs,
            StandsOn = ContainerInterfaces.Of(config),
        };
    }
}
