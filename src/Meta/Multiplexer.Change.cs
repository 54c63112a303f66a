using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Detaching;
using MultiNet.Meta.HotPlug;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Planning;
using MultiNet.Meta.Status;

namespace MultiNet.Meta;

// Changes of a sandbox that runs, as a sync or a repair has planned them.
public sealed partial class Multiplexer
{
    private SandboxChange Change(SandboxJournal journal, ChangePlan plan, SandboxRequest request)
    {
        RefuseTakenInterfaces(plan.Attach, request, except: plan.Detach);
        var changed = Detach(journal, plan, request);
        IReadOnlyList<AttachedNetwork> attached = [];
        if (plan.Attach.Count > 0)
            attached = Attach(plan, request, ref changed);
        else
            Settle(ref changed, plan.DefaultRoutes, request, before: journal);
        PublishStatus(changed, plan.PodUid, attached);
        return new SandboxChange(attached, plan.Detach, changed.Attachments.Count - attached.Count, plan.Warnings);
    }

    private SandboxJournal Detach(SandboxJournal journal, ChangePlan plan, SandboxRequest request)
    {
        if (plan.Detach.Count == 0)
            return journal;
        var marked = journal with { Attachments = [.. journal.Attachments.Select(a => plan.Detach.Contains(a) ? a with { Detaching = true } : a)] };
        For(request, () => _journals.Write(marked, durable: true));
        var failures = new List<CniException>();
        var left = Releaser().Release(marked, a => a.Detaching, request.Path, failures);
        if (failures.Count == 0)
            return left;
        // Nothing is attached beside what should be gone: it may hold the interface, the address or the device that is wanted.
        throw Unfinished(plan.StaysWanted ? marked : left, request, plan.PodUid, Failures.Combine($"{request}: not all networks could be released", failures));
    }

    private List<AttachedNetwork> Attach(ChangePlan plan, SandboxRequest request, ref SandboxJournal journal)
    {
        var before = journal;
        var attachments = before.Attachments.ToList();
        foreach (var attachment in plan.Attach)
            attachments.Insert(attachment.Index, attachment.ToJournal() with { Attaching = true });
        var current = before with { Attachments = attachments };
        For(request, () => _journals.Write(current, durable: true));
        var runner = new AttachmentRunner(_config, request, _worker, _progress, network =>
        {
            current = current.With(network);
            if (!network.Attachment.IsBuiltIn)
                _journals.Write(current, durable: false);
        });
        try
        {
            var attached = runner.Run(new AttachmentPlan { Pod = request.Pod, Attachments = plan.Attach });
            Settle(ref current, plan.DefaultRoutes, request, before);
            journal = current;
            var results = journal.Attachments;
            return attached.ConvertAll(network => network with { Result = results[network.Attachment.Index].Result! });
        }
        catch (Exception e)
        {
            // Not only expected failures: whatever happened, what is new must go, and what stood must stay.
            var error = e as CniException ?? new CniException(CniErrorCode.Internal, $"{request}: unexpected {e.GetType().Name}: {e.Message}", e.StackTrace ?? "", e);
            var failures = new List<CniException>();
            var begun = current with { Attachments = [.. current.Attachments.Where((a, i) => !a.Attaching || runner.HasBegun(i))] };
            var left = Releaser().Release(begun, a => a.Attaching, request.Path, failures);
            if (failures.Count > 0)
            {
                error = new CniException(
                    error.Code, error.Message, $"{error.Details.TrimEnd('.')}; roll back: {Failures.Combine("not all could be released, the next sync or DEL will try again", failures).Text}".TrimStart(';', ' '), error);
            }
            throw Unfinished(plan.StaysWanted ? Wanted(current) : left, request, plan.PodUid, error);
        }
    }

    // With what could not be attached: the next repair tries again.
    private static SandboxJournal Wanted(SandboxJournal journal) => journal with
    {
        Attachments = [.. journal.Attachments.Select(a => a.Attaching ? a with { Result = null, PluginResult = null, DisplacedRoutes = [] } : a)],
    };

    // Routes, cache and journal for what stands now.
    private void Settle(ref SandboxJournal journal, IReadOnlyDictionary<string, DefaultRoutePlan> plans, SandboxRequest request, SandboxJournal before)
    {
        ApplyDefaultRoutes(ref journal, plans, request);
        var settled = journal with { Attachments = [.. journal.Attachments.Select(a => a.Result is null ? a : a with { Attaching = false })] };
        For(request, () =>
        {
            foreach (var attachment in settled.Attachments)
            {
                if (attachment.IsStanding && attachment.Result is not null && !before.Attachments.Contains(attachment))
                    _cache.Write(ToCacheEntry(attachment, settled));
            }
            if (!settled.Attachments.SequenceEqual(before.Attachments))
                _journals.Write(settled, durable: false);
        });
        journal = settled;
    }

    private void ApplyDefaultRoutes(ref SandboxJournal journal, IReadOnlyDictionary<string, DefaultRoutePlan> plans, SandboxRequest request)
    {
        var concerned = journal.Attachments.Where(a => a.Result is not null && plans.ContainsKey(a.InterfaceName)).ToList();
        var interfaces = concerned.ConvertAll(a => InterfaceRoutes.Of(a, plans[a.InterfaceName]));
        if (!DefaultRoutes.IsNeeded(interfaces))
            return;
        try
        {
            var routes = DefaultRoutes.Prepare(interfaces, request.NetNs, _worker.Kernel);
            var after = journal.Attachments.ToList();
            foreach (var (attachment, item) in concerned.Zip(routes.Interfaces))
                after[after.IndexOf(attachment)] = item.ApplyTo(attachment);
            journal = journal with { Attachments = after };
            if (routes.IsNothing)
                return;
            // What gives way must be known to whoever puts it back, whatever happens in between.
            _journals.Write(journal, durable: false);
            routes.Apply();
        }
        catch (CniException e)
        {
            throw e.Prefixed($"{request}: ");
        }
    }

    // Leaves a sandbox, whose change failed, with a journal, routes and a status that are true; the next sync goes on from there.
    private CniException Unfinished(SandboxJournal journal, SandboxRequest request, string podUid, CniException error)
    {
        try
        {
            _journals.Write(journal, durable: true);
            ApplyDefaultRoutes(ref journal, AttachmentPlanner.DefaultRoutesOf([.. journal.Attachments.Where(a => a.IsStanding)]), request);
            _journals.Write(journal, durable: false);
            PublishStatus(journal, podUid, []);
            return error;
        }
        catch (CniException e)
        {
            return new CniException(error.Code, error.Message, $"{error.Details.TrimEnd('.')}; and then: {e.Text}".TrimStart(';', ' '), error);
        }
    }

    private void PublishStatus(SandboxJournal journal, string podUid, IReadOnlyList<AttachedNetwork> attached)
    {
        if (_statusSink is null || journal.Pod is not { } pod)
            return;
        _statusSink.Write(new StatusReport
        {
            Pod = pod,
            PodUid = podUid,
            ContainerId = journal.ContainerId,
            IfName = journal.IfName,
            Attached = attached,
            Entries = SandboxStatus.Of(journal),
            IsChange = true,
        });
    }

    private static CachedAttachment ToCacheEntry(JournalAttachment attachment, SandboxJournal journal) => new()
    {
        NetworkName = NetworkConfigList.Parse(attachment.Config, $"journal of {journal.ContainerId}").Name,
        ContainerId = journal.ContainerId,
        IfName = attachment.InterfaceName,
        NetNs = journal.NetNs,
        Config = attachment.Config,
        Args = attachment.Args,
        CapabilityArgs = attachment.CapabilityArgs,
        Result = attachment.Result,
    };
}
