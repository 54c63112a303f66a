using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Detaching;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Planning;
using MultiNet.Meta.Status;
using MultiNet.Netlink;

namespace MultiNet.Meta;

public sealed partial class Multiplexer
{
    /// <summary>Attaches the sandbox to all its networks, or to none.</summary>
    /// <returns>Every attachment with its result, in the order of the plan; the first is what the runtime wants to hear of.</returns>
    /// <exception cref="CniException">What went wrong; everything was rolled back, and what could not be is in the journal for DEL.</exception>
    public IReadOnlyList<AttachedNetwork> Add(SandboxRequest request)
    {
        request = WithBinDir(request);
        using var held = Lock(request);
        RefuseSecondAdd(request);
        ReadinessIndicator.Wait(_config.ReadinessIndicatorFile);
        var plan = Planner(_devices).Plan(request);
        RefuseTakenInterfaces(plan.Attachments, request, except: []);

        var journal = NewJournal(plan, request);
        For(request, () => _journals.Write(journal, durable: true));
        try
        {
            var attached = Attach(plan, request, ref journal);
            var complete = journal;
            For(request, () => _journals.Write(complete, durable: false));
            return attached;
        }
        catch (Exception e)
        {
            // Not only expected failures: whatever happened, nothing may stay behind.
            throw RollBack(journal, request, e);
        }
    }

    private List<AttachedNetwork> Attach(AttachmentPlan plan, SandboxRequest request, ref SandboxJournal journal)
    {
        var current = journal;
        var runner = new AttachmentRunner(_config, request, _worker, _progress, network =>
        {
            current = current.With(network);
            // Other people's plugins may need their result at DEL, and may take long: remember each at once. Ours need nothing.
            if (!network.Attachment.IsBuiltIn)
                _journals.Write(current, durable: false);
        });
        try
        {
            var attached = runner.Run(plan);
            For(request, () =>
            {
                attached = DefaultRoutes.Apply(attached, request.NetNs, _worker.Kernel);
                foreach (var network in attached)
                {
                    current = current.With(network);
                    _cache.Write(ToCacheEntry(network, request));
                }
                current = current with { Complete = true };
                PublishStatus(plan, request, attached);
            });
            return attached;
        }
        finally
        {
            // Read when an attachment failed: what was not begun need not be released.
            journal = current with { Attachments = [.. current.Attachments.Select((a, i) => runner.HasBegun(i) ? a : a with { Released = true })] };
        }
    }

    private void PublishStatus(AttachmentPlan plan, SandboxRequest request, IReadOnlyList<AttachedNetwork> attached)
    {
        if (_statusSink is not null && plan.Pod is { } pod)
            _statusSink.Write(new StatusReport { Pod = pod, PodUid = plan.PodUid, ContainerId = request.ContainerId, IfName = request.IfName, Attached = attached });
    }

    private void RefuseSecondAdd(SandboxRequest request)
    {
        SandboxJournal? earlier;
        try
        {
            earlier = _journals.Read(request.ContainerId, request.IfName);
        }
        catch (CniException e) when (e.Code == CniErrorCode.DecodingFailure)
        {
            throw new CniException(e.Code, $"{request}: an earlier ADD left a journal that cannot be read: {e.Message}", "DEL the sandbox first", e);
        }
        if (earlier is null)
            return;
        if (earlier.Complete)
        {
            throw new CniException(
                CniErrorCode.Internal, $"{request}: interface {request.IfName} is attached already",
                "a second ADD for the same container and interface is an error of the runtime (CNI 1.1, ADD); DEL comes first");
        }
        // An ADD that was killed: what it left is in the way, and the runtime has forgotten it.
        string netns = SandboxNamespace.LastingPath(earlier) is { Length: > 0 } lasting ? lasting : SandboxNamespace.PathFor(earlier, request.NetNs);
        var failures = Releaser().Release(earlier with { NetNs = netns }, request.Path);
        if (failures.Count > 0)
            throw Failures.Combine($"{request}: cannot clean up an earlier ADD that was interrupted", failures);
    }

    private void RefuseTakenInterfaces(IReadOnlyList<PlannedAttachment> attachments, SandboxRequest request, IReadOnlyList<JournalAttachment> except)
    {
        OpenNamespace(request);
        try
        {
            var socket = _worker.Kernel.Socket(request.NetNs);
            foreach (var attachment in attachments)
            {
                if (except.Any(a => a.InterfaceName == attachment.InterfaceName))
                    continue;
                // The loopback device is there from the start and is what the loopback plugin wants.
                if ((attachment.InterfaceName == "lo" && attachment.Plugins[0].Source.Type == "loopback") || !socket.TryGetLink(attachment.InterfaceName, out _))
                    continue;
                throw new CniException(
                    CniErrorCode.InvalidEnvironmentVariables,
                    $"{request}: cannot attach {attachment.DisplayName}: interface name {attachment.InterfaceName} already exists in the network namespace",
                    attachment.IsDefault ? "CNI_IFNAME must name a free interface" : "choose another \"interface\" in the annotation");
            }
        }
        catch (KernelException e)
        {
            throw KernelRefuses(request, e);
        }
    }

    private void OpenNamespace(SandboxRequest request)
    {
        try
        {
            _worker.Kernel.Namespace(request.NetNs);
        }
        catch (KernelException e)
        {
            if (e.IsNotPermitted)
                throw KernelRefuses(request, e);
            throw new CniException(CniErrorCode.InvalidEnvironmentVariables, $"{request}: CNI_NETNS: {e.Message}", "CNI_NETNS must be the path of a network namespace", e);
        }
    }

    private static CniException KernelRefuses(SandboxRequest request, KernelException e) =>
        new(CniErrorCode.Internal, $"{request}: {e.Message}", e.IsNotPermitted ? "multinet must run as root" : "", e);

    private CniException RollBack(SandboxJournal journal, SandboxRequest request, Exception cause)
    {
        var error = cause as CniException
            ?? new CniException(CniErrorCode.Internal, $"{request}: unexpected {cause.GetType().Name}: {cause.Message}", cause.StackTrace ?? "", cause);
        try
        {
            var failures = Releaser().Release(journal, request.Path);
            // It may have been written before what failed.
            ClearStatus(request.Pod);
            return failures.Count == 0
                ? error
                : new CniException(error.Code, error.Message, $"{error.Details.TrimEnd('.')}; roll back: {Failures.Combine("not all could be released, DEL will try again", failures).Text}".TrimStart(';', ' '), error);
        }
        catch (Exception e)
        {
            // The journal still stands, so DEL will do it; the first error is the one that helps.
            return new CniException(error.Code, error.Message, $"{error.Details.TrimEnd('.')}; roll back failed: {e.Message}; DEL will try again".TrimStart(';', ' '), error);
        }
    }

    private static CachedAttachment ToCacheEntry(AttachedNetwork network, SandboxRequest request) => new()
    {
        NetworkName = network.Attachment.Config.Name,
        ContainerId = request.ContainerId,
        IfName = network.Attachment.InterfaceName,
        NetNs = request.NetNs,
        Config = network.Attachment.Config.Bytes,
        Args = network.Attachment.Args,
        CapabilityArgs = network.Attachment.CapabilityArgs,
        Result = network.Result,
    };

    private SandboxJournal NewJournal(AttachmentPlan plan, SandboxRequest request)
    {
        var attachments = new List<JournalAttachment>(plan.Attachments.Count);
        foreach (var attachment in plan.Attachments)
            attachments.Add(attachment.ToJournal());
        return new SandboxJournal
        {
            Network = _config.Name,
            ContainerId = request.ContainerId,
            NetNs = request.NetNs,
            BootId = Boot.Id,
            NamespaceCookie = _worker.Kernel.Socket(request.NetNs).NamespaceCookie,
            IfName = request.IfName,
            Pod = request.Pod,
            Path = request.Path,
            KnowsSelections = true,
            Created = DateTime.UtcNow,
            Attachments = attachments,
        };
    }
}
