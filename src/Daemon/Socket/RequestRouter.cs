using MultiNet.Meta.NodeDaemon;

namespace MultiNet.Daemon.Socket;

/// <summary>Brings a request to the part that answers it.</summary>
internal sealed class RequestRouter(PodQuery query, ReportDesk reports)
{
    /// <summary>Answers.</summary>
    public Task<DaemonAnswer> AnswerAsync(DaemonRequest request, CancellationToken cancellationToken) => request.Operation switch
    {
        DaemonOperation.Hello => Task.FromResult(new DaemonAnswer()),
        DaemonOperation.Pod => query.PodAsync(request, cancellationToken),
        DaemonOperation.Definitions => Task.FromResult(query.Definitions()),
        DaemonOperation.Pods => Task.FromResult(query.Pods()),
        DaemonOperation.Attached => reports.AttachedAsync(request, cancellationToken),
        DaemonOperation.Failed => Task.FromResult(reports.Failed(request)),
        DaemonOperation.Detached => Task.FromResult(reports.Detached(request)),
        _ => Task.FromResult(new DaemonAnswer { Refused = $"the operation \"{request.Operation}\" is not known" }),
    };
}
