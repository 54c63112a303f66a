using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.HotPlug;
using MultiNet.Meta.Journal;

namespace MultiNet.Meta;

// Interfaces that vanish or change later, because a master went away or somebody tidied up (multus-cni #1008, #711): nobody looks.
public sealed partial class Multiplexer
{
    /// <summary>Finds the attachments of a running sandbox that are not as they were made.</summary>
    /// <param name="request">Container, interface and <c>CNI_PATH</c>; all else is in the journal.</param>
    /// <exception cref="CniException">Code 3: the sandbox is not attached. Code 11: it is being attached or released.</exception>
    public IReadOnlyList<AttachmentDrift> Drift(SandboxRequest request)
    {
        request = WithBinDir(request);
        using var held = Lock(request);
        var journal = SandboxThatRuns(request);
        return Drift(journal, Completed(request, journal));
    }

    /// <summary>
    /// Detaches what has drifted, and attaches it anew with the arguments of its ADD, on the same interface; with it what stands on that
    /// interface. What cannot be attached stays in the journal, and the next repair tries again.
    /// </summary>
    /// <param name="request">Container, interface and <c>CNI_PATH</c>; all else is in the journal.</param>
    /// <param name="withDefaultNetwork">Also the cluster's default network? The pod may get another address there, which the runtime does not hear of.</param>
    /// <returns>What had drifted, and what was done.</returns>
    /// <exception cref="CniException">As for <see cref="Drift(SandboxRequest)"/>; or what could not be repaired.</exception>
    public (IReadOnlyList<AttachmentDrift> Drift, SandboxChange Change) Repair(SandboxRequest request, bool withDefaultNetwork)
    {
        request = WithBinDir(request);
        using var held = Lock(request);
        var journal = SandboxThatRuns(request);
        request = Completed(request, journal);
        var drift = Drift(journal, request);
        var broken = drift.Select(d => d.Attachment).Where(a => withDefaultNetwork || a != journal.Attachments[0]).ToList();
        if (broken.Count == 0)
            return (drift, new SandboxChange([], [], journal.Attachments.Count, []));
        var plan = Planner(devices: null).PlanRepair(request, journal, broken);
        return (drift, Change(journal, plan, request));
    }

    private List<AttachmentDrift> Drift(SandboxJournal journal, SandboxRequest request)
    {
        var drift = new List<AttachmentDrift>();
        var runner = _worker.Runner(request.Path);
        foreach (var attachment in journal.Attachments)
        {
            try
            {
                if (!attachment.IsStanding)
                    throw new CniException(CniErrorCode.Internal, $"it is not attached: {(attachment.Detaching ? "detaching" : "attaching")} it has failed or was interrupted");
                var list = NetworkConfigList.Parse(attachment.Config, $"journal of {journal.ContainerId}");
                // Networks of old versions have no CHECK; the others are checked all the same.
                if (CniVersion.AtLeast(list.CniVersion, "0.4.0"))
                    runner.Check(list, attachment.ToRuntimeConfig(journal with { NetNs = request.NetNs }), attachment.Result, Deadline.After(_config.AttachmentTimeout));
            }
            catch (CniException e)
            {
                drift.Add(new AttachmentDrift(attachment, e.Prefixed($"network {attachment.DisplayName} on {attachment.InterfaceName}: ")));
            }
        }
        return drift;
    }
}
