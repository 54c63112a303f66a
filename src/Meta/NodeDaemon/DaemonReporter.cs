using System.Diagnostics;
using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Planning;
using MultiNet.Meta.Sources;

namespace MultiNet.Meta.NodeDaemon;

/// <summary>
/// Tells the node daemon what failed and what was released: best effort, at most 200 ms. It listens to the attachments for that, and passes
/// on what it hears.
/// </summary>
internal sealed class DaemonReporter : IAttachmentProgress
{
    private readonly DaemonClient _client;
    private readonly CniCall _call;
    private readonly PodReference? _pod;
    private readonly IAttachmentProgress? _inner;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly List<DaemonAttachment> _detached = [];
    private DaemonAttachment? _failed;

    /// <param name="client">The daemon.</param>
    /// <param name="call">The call.</param>
    /// <param name="pod">Its pod, or null.</param>
    /// <param name="inner">Who listens besides; null for nobody.</param>
    public DaemonReporter(DaemonClient client, CniCall call, PodReference? pod, IAttachmentProgress? inner)
    {
        _client = client;
        _call = call;
        _pod = pod;
        _inner = inner;
    }

    /// <summary>The call has ended: what there is to report is reported. An ADD that succeeded was reported with its status.</summary>
    /// <param name="error">Why it failed, or null.</param>
    public void Ended(Exception? error)
    {
        if (_call.Verb != CniVerb.Del && (_call.Verb != CniVerb.Add || error is null))
            return;
        bool isDel = _call.Verb == CniVerb.Del;
        _client.Ask(
            new DaemonRequest
            {
                Operation = isDel ? DaemonOperation.Detached : DaemonOperation.Failed,
                Namespace = _pod?.Namespace,
                Name = _pod?.Name,
                Uid = _pod?.Uid,
                ContainerId = _call.ContainerId,
                IfName = _call.IfName,
                Attachments = isDel ? _detached : _failed is null ? null : [_failed],
                Network = _failed?.Network,
                Milliseconds = Stopwatch.GetElapsedTime(_started).TotalMilliseconds,
                Code = error switch { null => 0, CniException known => (uint)known.Code, _ => (uint)CniErrorCode.Internal },
                Message = (error as CniException)?.Text ?? error?.Message,
            },
            DaemonClient.ReportPatience, out _);
    }

    /// <inheritdoc/>
    public void Attaching(PlannedAttachment attachment) => _inner?.Attaching(attachment);

    /// <inheritdoc/>
    public void Attached(PlannedAttachment attachment, CniResult result, TimeSpan took) => _inner?.Attached(attachment, result, took);

    /// <inheritdoc/>
    public void AttachFailed(PlannedAttachment attachment, CniException error, TimeSpan took)
    {
        lock (_lock)
        {
            _failed ??= new DaemonAttachment
            {
                Network = attachment.DisplayName,
                Interface = attachment.InterfaceName,
                Plugins = DaemonStatusSink.PluginTypes(attachment),
                Milliseconds = took.TotalMilliseconds,
                Error = error.Text,
            };
        }
        _inner?.AttachFailed(attachment, error, took);
    }

    /// <inheritdoc/>
    public void Detached(string network, string interfaceName, CniException? error, TimeSpan took)
    {
        lock (_lock)
        {
            _detached.Add(new DaemonAttachment
            {
                Network = network, Interface = interfaceName, Milliseconds = took.TotalMilliseconds, Error = error?.Text ?? "",
            });
        }
        _inner?.Detached(network, interfaceName, error, took);
    }
}
