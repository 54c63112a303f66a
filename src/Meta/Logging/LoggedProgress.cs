using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Planning;

namespace MultiNet.Meta.Logging;

/// <summary>Logs how attaching and detaching go: each step for debug, what stands and what was released for verbose, failures for error.</summary>
internal sealed class LoggedProgress(MetaLog log, LogSubject sandbox) : IAttachmentProgress
{
    /// <inheritdoc/>
    public void Attaching(PlannedAttachment attachment)
    {
        if (log.IsEnabled(MetaLogLevel.Debug))
            log.Debug($"attaching by {string.Join(", ", attachment.Plugins.Select(p => p.Source.ExecutablePath ?? p.Source.Type))}", Of(attachment));
    }

    /// <inheritdoc/>
    public void Attached(PlannedAttachment attachment, CniResult result, TimeSpan took)
    {
        if (log.IsEnabled(MetaLogLevel.Verbose))
            log.Verbose($"attached in {took.TotalMilliseconds:0.0} ms: {string.Join(", ", result.IPs.Select(ip => ip.Address))}", Of(attachment));
    }

    /// <inheritdoc/>
    public void AttachFailed(PlannedAttachment attachment, CniException error, TimeSpan took) => log.Error(error.Text, Of(attachment));

    /// <inheritdoc/>
    public void Detached(string network, string interfaceName, CniException? error, TimeSpan took)
    {
        var subject = sandbox with { Network = network, InterfaceName = interfaceName };
        if (error is not null)
            log.Error($"cannot release: {error.Text}", subject);
        else if (log.IsEnabled(MetaLogLevel.Verbose))
            log.Verbose($"released in {took.TotalMilliseconds:0.0} ms", subject);
    }

    private LogSubject Of(PlannedAttachment attachment) =>
        sandbox with { Network = attachment.DisplayName, InterfaceName = attachment.InterfaceName };
}
