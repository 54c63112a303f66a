using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Planning;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Status;
using MultiNet.Networks;

namespace MultiNet.Meta.NodeDaemon;

/// <summary>
/// Lets the node daemon write the network-status. One that answers takes the whole duty: it writes within two seconds, or goes on trying.
/// Where it does not answer, the sink behind it writes as if there were no daemon.
/// </summary>
internal sealed class DaemonStatusSink : IStatusSink
{
    private readonly DaemonClient _client;
    private readonly Func<IStatusSink?> _openNext;

    /// <param name="client">The daemon.</param>
    /// <param name="openNext">The sink behind it; null for none.</param>
    public DaemonStatusSink(DaemonClient client, Func<IStatusSink?> openNext)
    {
        _client = client;
        _openNext = openNext;
    }

    /// <inheritdoc/>
    public bool OutlivesPod => false;

    /// <inheritdoc/>
    public void Write(StatusReport report)
    {
        var attachments = new List<DaemonAttachment>(report.Attached.Count);
        double milliseconds = 0;
        foreach (var network in report.Attached)
        {
            attachments.Add(ToAttachment(network));
            milliseconds += network.Took.TotalMilliseconds;
        }
        var request = new DaemonRequest
        {
            Operation = DaemonOperation.Attached,
            Namespace = report.Pod.Namespace,
            Name = report.Pod.Name,
            Uid = report.PodUid.Length > 0 ? report.PodUid : report.Pod.Uid,
            ContainerId = report.ContainerId,
            IfName = report.IfName,
            Status = NetworkStatusWriter.Write(report.Entries),
            Attachments = attachments,
            Milliseconds = milliseconds,
            IsChange = report.IsChange,
        };
        var answer = _client.Ask(request, DaemonClient.AttachedPatience, out _);
        if (answer?.Gone is { } reason)
            throw new CniException(CniErrorCode.TryAgainLater, $"pod {report.Pod} is gone: {reason}", "its network-status cannot be written; nothing stays attached");
        if (answer is not { Written: true } and not { Queued: true })
            _openNext()?.Write(report);
    }

    /// <inheritdoc/>
    // A pod that was released is on its way out, and its annotations with it; for one that is rolled back the daemon gets a report of its own.
    public void Clear(PodReference pod)
    {
    }

    private static DaemonAttachment ToAttachment(AttachedNetwork network)
    {
        var addresses = new List<string>(network.Result.IPs.Count);
        foreach (var ip in network.Result.IPs)
            addresses.Add(ip.Address.ToString());
        return new DaemonAttachment
        {
            Network = network.Attachment.DisplayName,
            Interface = network.Attachment.InterfaceName,
            Addresses = addresses,
            Plugins = PluginTypes(network.Attachment),
            Milliseconds = network.Took.TotalMilliseconds,
        };
    }

    /// <summary>The types of an attachment's plugins.</summary>
    internal static List<string> PluginTypes(PlannedAttachment attachment)
    {
        var types = new List<string>(attachment.Plugins.Count);
        foreach (var plugin in attachment.Plugins)
            types.Add(plugin.Source.Type);
        return types;
    }
}
