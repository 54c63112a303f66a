using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Daemon.Events;
using MultiNet.Daemon.HostProcesses;
using MultiNet.Hosting;
using MultiNet.Hosting.Logging;
using MultiNet.Kubernetes;

namespace MultiNet.Daemon.Reconciling;

/// <summary>Has the host's <c>multinet check</c> look at the attachments of all pods now and then, tells which have drifted, and has them repaired where this is configured.</summary>
internal sealed class DriftLoop(NodeContext context, HostMultinet multinet) : IDaemonLoop
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public string Name => "drift";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping)
    {
        List<string> arguments = ["check", "--all"];
        if (context.Config.Repair)
            arguments.Add("--repair");
        while (true)
        {
            await Task.Delay(NodeSchedule.Next(context.Config.Check), context.Time, stopping).ConfigureAwait(false);
            try
            {
                foreach (var sandbox in (await multinet.RunAsync(s_patience, arguments, stopping).ConfigureAwait(false)).Answer.Objects("sandboxes"))
                    Tell(sandbox);
            }
            catch (CniException e)
            {
                context.Metrics.LoopFailures.Add(1, Name);
                context.Log.Error($"cannot check the node's attachments: {e.Text}", new LogSubject { Part = Name });
            }
        }
    }

    private void Tell(JsonFields sandbox)
    {
        var pod = sandbox.Object("pod");
        foreach (var drift in sandbox.Objects("drift"))
        {
            bool isRepaired = drift.Bool("repaired");
            string what = drift.Object("error").String("msg");
            context.Metrics.Drifts.Add(1, isRepaired ? "true" : "false");
            var subject = new LogSubject
            {
                Part = Name,
                Pod = $"{pod.String("namespace")}/{pod.String("name")}",
                PodUid = pod.String("uid"),
                Container = sandbox.String("containerId"),
                Network = drift.String("network"),
            };
            context.Log.Warning($"not as it was made{(isRepaired ? ", and made anew" : "")}: {what}", subject);
            var key = new ObjectKey(pod.String("namespace"), pod.String("name"));
            // Events need the UID that the API server has: a static pod has another one at the kubelet.
            if (context.Caches.Pods.TryGet(key, out var known))
            {
                context.Events.Record(new PodEvent(
                    key, known.Metadata.Uid, true, isRepaired ? "RepairedNetwork" : "DriftedNetwork", "Check",
                    EventNotes.Limited($"Not as it was made{(isRepaired ? ", and made anew" : "")}: {what}")));
            }
        }
    }
}
