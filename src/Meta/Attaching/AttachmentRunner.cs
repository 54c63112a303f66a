using System.Diagnostics;
using MultiNet.Cni;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Planning;
using MultiNet.Networks;

namespace MultiNet.Meta.Attaching;

/// <summary>Runs the attachments of a plan, stage by stage. It does not roll back: the caller knows the journal.</summary>
internal sealed class AttachmentRunner
{
    private readonly MetaConfig _config;
    private readonly SandboxRequest _request;
    private readonly AttachmentWorker _worker;
    private readonly IAttachmentProgress? _progress;
    private readonly Action<AttachedNetwork> _attached;
    private readonly HashSet<int> _begun = [];

    /// <param name="config">The configuration.</param>
    /// <param name="request">The sandbox.</param>
    /// <param name="worker">Runs what does not run side by side.</param>
    /// <param name="progress">Hears how it goes.</param>
    /// <param name="attached">Called once for each attachment that stands, never twice at a time.</param>
    public AttachmentRunner(
        MetaConfig config, SandboxRequest request, AttachmentWorker worker, IAttachmentProgress? progress, Action<AttachedNetwork> attached)
    {
        _config = config;
        _request = request;
        _worker = worker;
        _progress = progress;
        _attached = attached;
    }

    /// <summary>Was an attachment begun? Not while <see cref="Run"/> is running.</summary>
    /// <param name="index">Its position in the plan.</param>
    public bool HasBegun(int index) => _begun.Contains(index);

    /// <summary>Attaches everything.</summary>
    /// <returns>The attachments in the order of the plan.</returns>
    /// <exception cref="CniException">The first attachment that failed; those beside it have ended, later ones were not begun.</exception>
    public List<AttachedNetwork> Run(AttachmentPlan plan)
    {
        // In a plan for a running pod the first ones are missing: they stand.
        var attached = new AttachedNetwork[plan.Attachments.Max(attachment => attachment.Index) + 1];
        foreach (var lanes in AttachmentStages.Of(plan.Attachments))
        {
            if (lanes.Count == 1)
                RunLane(lanes[0], _worker, attached);
            else
                RunSideBySide(lanes, attached);
        }
        return [.. plan.Attachments.Select(attachment => attached[attachment.Index])];
    }

    private void RunSideBySide(List<List<PlannedAttachment>> lanes, AttachedNetwork[] attached)
    {
        // Threads of their own rather than the pool: a plugin blocks on the kernel, and the pool starts threads slowly.
        var errors = new CniException?[lanes.Count];
        var threads = new Thread[lanes.Count];
        for (int i = 0; i < lanes.Count; i++)
        {
            int lane = i;
            threads[i] = new Thread(() => errors[lane] = RunLaneAlone(lanes[lane], attached));
            threads[i].Start();
        }
        foreach (var thread in threads)
            thread.Join();
        foreach (var error in errors)
        {
            if (error is not null)
                throw error;
        }
    }

    private CniException? RunLaneAlone(List<PlannedAttachment> lane, AttachedNetwork[] attached)
    {
        try
        {
            using var worker = new AttachmentWorker(_config.Builtin, _worker.Started);
            RunLane(lane, worker, attached);
            return null;
        }
        catch (CniException e)
        {
            return e;
        }
        catch (Exception e)
        {
            // On a thread of ours an escaped exception would end the process with everything half-made.
            return new CniException(CniErrorCode.Internal, $"{_request}: unexpected {e.GetType().Name}: {e.Message}", e.StackTrace ?? "", e);
        }
    }

    private void RunLane(List<PlannedAttachment> lane, AttachmentWorker worker, AttachedNetwork[] attached)
    {
        foreach (var attachment in lane)
        {
            long started = Stopwatch.GetTimestamp();
            lock (attached)
                _begun.Add(attachment.Index);
            _progress?.Attaching(attachment);
            try
            {
                PrepareDeviceInfo(attachment);
                var result = worker.Runner(_request.Path).Add(attachment.Config, attachment.ToRuntimeConfig(_request), Deadline.After(_config.AttachmentTimeout));
                var network = new AttachedNetwork(attachment, result, Stopwatch.GetElapsedTime(started));
                lock (attached)
                {
                    attached[attachment.Index] = network;
                    _attached(network);
                }
                _progress?.Attached(attachment, result, network.Took);
            }
            catch (CniException e)
            {
                var error = e.Prefixed($"{_request}: network {attachment.DisplayName} on {attachment.InterfaceName}: ");
                _progress?.AttachFailed(attachment, error, Stopwatch.GetElapsedTime(started));
                throw error;
            }
        }
    }

    private static void PrepareDeviceInfo(PlannedAttachment attachment)
    {
        if (attachment.DeviceInfo is { DevicePluginFile: { } source } plan)
            DeviceInfoFiles.CopyIfThere(source, plan.Path);
    }
}
