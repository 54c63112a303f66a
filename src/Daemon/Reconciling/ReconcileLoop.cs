using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Daemon.HostProcesses;
using MultiNet.Hosting;
using MultiNet.Hosting.Logging;

namespace MultiNet.Daemon.Reconciling;

/// <summary>Has the host's <c>multinet reconcile</c> release what no living sandbox owns: at start, because the node may have been started anew, and every few minutes.</summary>
internal sealed class ReconcileLoop(NodeContext context, HostMultinet multinet) : IDaemonLoop
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public string Name => "reconcile";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping)
    {
        // It asks this daemon for pods.
        await context.Caches.Synced.WaitAsync(stopping).ConfigureAwait(false);
        while (true)
        {
            try
            {
                Count((await multinet.RunAsync(s_patience, ["reconcile"], stopping).ConfigureAwait(false)).Answer);
            }
            catch (CniException e)
            {
                context.Metrics.LoopFailures.Add(1, Name);
                context.Log.Error($"cannot reconcile the node: {e.Text}", new LogSubject { Part = Name });
            }
            await Task.Delay(NodeSchedule.Next(context.Config.Reconcile), context.Time, stopping).ConfigureAwait(false);
        }
    }

    private void Count(JsonFields answer)
    {
        var counts = answer.Object("counts");
        foreach (var (kind, key) in ((string, string)[])
            [("sandbox", "releasedSandboxes"), ("attachment", "releasedAttachments"), ("address", "releasedReservations"), ("record", "releasedRecords")])
        {
            if (counts.Int(key) is > 0 and var released)
            {
                context.Metrics.Leaked.Add(released, kind);
                context.Metrics.Reclaimed.Add(released, kind);
            }
        }
        foreach (var sandbox in answer.Objects("released"))
            context.Log.Info($"released a sandbox that nobody owns: {sandbox.String("reason")}", Subject(sandbox));
        foreach (var sandbox in answer.Objects("kept"))
            context.Log.Info($"kept a sandbox that may be dead: {sandbox.String("reason")}", Subject(sandbox));
        foreach (var item in answer.Objects("reservations"))
            context.Log.Info($"released address {item.String("address")} of network {item.String("network")}, which nobody owns", new LogSubject { Part = Name, Container = item.String("containerId") });
        foreach (var failure in answer.Objects("failures"))
        {
            context.Metrics.Leaked.Add(1, "unreleased");
            var error = failure.Object("error");
            context.Log.Error($"could not be released: {error.String("msg")}; {error.String("details")}", new LogSubject { Part = Name });
        }
    }

    private LogSubject Subject(JsonFields sandbox)
    {
        var pod = sandbox.Object("pod");
        return new LogSubject
        {
            Part = Name,
            Container = sandbox.String("containerId"),
            Pod = pod.Exists ? $"{pod.String("namespace")}/{pod.String("name")}" : null,
            PodUid = pod.String("uid"),
        };
    }
}
