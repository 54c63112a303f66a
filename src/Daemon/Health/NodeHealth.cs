using MultiNet.Daemon.Caches;
using MultiNet.Daemon.Configuration;
using MultiNet.Daemon.Metrics;
using MultiNet.Hosting.Health;
using MultiNet.Meta.NodeDaemon;

namespace MultiNet.Daemon.Health;

/// <summary>Is the daemon of use? Not "does the process run", but: would a pod that starts now be answered?</summary>
internal sealed class NodeHealth(DaemonConfig config, NodeCaches caches, NodeMetrics metrics) : IProbes
{
    private readonly DaemonClient _self = new(config.Socket);

    /// <summary>Further conditions of readiness, of other parts: null where all is well, else what is not.</summary>
    public List<Func<string?>> Conditions { get; } = [];

    /// <summary>What is in the way of answering; empty where nothing is. The API server may be away: what is known is still answered.</summary>
    public async Task<IReadOnlyList<string>> NotReadyAsync()
    {
        var reasons = new List<string>(caches.NotListed());
        if (config.ReadinessIndicatorFile.Length > 0 && !File.Exists(config.ReadinessIndicatorFile))
            reasons.Add($"the default network is not ready: {config.ReadinessIndicatorFile} is missing");
        if (await NotAliveAsync().ConfigureAwait(false) is { } reason)
            reasons.Add(reason);
        foreach (var condition in Conditions)
        {
            if (condition() is { } unmet)
                reasons.Add(unmet);
        }
        return reasons;
    }

    /// <summary>Why the socket does not answer, asked for real, as <c>multinet</c> does; null where it does. A restart may help.</summary>
    public async Task<string?> NotAliveAsync()
    {
        string? failure = await Task.Run(() =>
        {
            bool isAnswered = _self.Ask(new DaemonRequest { Operation = DaemonOperation.Hello }, DaemonClient.QuestionPatience, out string why) is not null;
            return isAnswered ? null : why;
        }).ConfigureAwait(false);
        return failure is null ? null : $"the socket {config.Socket} does not answer: {failure}";
    }

    /// <inheritdoc/>
    public string Metrics() => metrics.Text();
}
