using MultiNet.Cni;
using MultiNet.Meta.Planning;

namespace MultiNet.Meta.Attaching;

/// <summary>Hears how attaching and detaching go; calls may come from several threads when attachments run side by side.</summary>
public interface IAttachmentProgress
{
    /// <summary>An attachment is begun.</summary>
    void Attaching(PlannedAttachment attachment);

    /// <summary>An attachment stands.</summary>
    void Attached(PlannedAttachment attachment, CniResult result, TimeSpan took);

    /// <summary>An attachment failed; what was attached before is being rolled back.</summary>
    void AttachFailed(PlannedAttachment attachment, CniException error, TimeSpan took);

    /// <summary>An attachment was released.</summary>
    /// <param name="network">Its display name.</param>
    /// <param name="interfaceName">Its interface.</param>
    /// <param name="error">Why it could not be released, or null.</param>
    /// <param name="took">How long it took.</param>
    void Detached(string network, string interfaceName, CniException? error, TimeSpan took);
}
