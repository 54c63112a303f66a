using MultiNet.Meta.Attaching;
using MultiNet.Meta.Journal;
using MultiNet.Networks;

namespace MultiNet.Meta.Status;

/// <summary>The network-status of a sandbox whose attachments stand.</summary>
internal static class SandboxStatus
{
    public static IReadOnlyList<NetworkStatus> Of(IReadOnlyList<AttachedNetwork> attached)
    {
        var attachments = new List<AttachmentStatus>(attached.Count);
        foreach (var network in attached)
        {
            attachments.Add(new AttachmentStatus
            {
                Network = network.Attachment.DisplayName,
                Interface = network.Attachment.InterfaceName,
                Result = network.Result,
                IsDefault = network.Attachment.IsDefault,
                DeviceInfo = network.Attachment.DeviceInfo is { } plan ? DeviceInfoFiles.Load(plan.Path) : null,
            });
        }
        return NetworkStatusBuilder.Build(attachments);
    }

    /// <summary>The network-status that a journal stands for: what is attached, in the order of the journal.</summary>
    public static IReadOnlyList<NetworkStatus> Of(SandboxJournal journal)
    {
        var attachments = new List<AttachmentStatus>(journal.Attachments.Count);
        for (int i = 0; i < journal.Attachments.Count; i++)
        {
            var attachment = journal.Attachments[i];
            if (!attachment.IsStanding || attachment.Result is not { } result)
                continue;
            attachments.Add(new AttachmentStatus
            {
                Network = attachment.DisplayName,
                Interface = attachment.InterfaceName,
                Result = result,
                IsDefault = i == 0,
                DeviceInfo = attachment.DeviceInfoFile.Length > 0 ? DeviceInfoFiles.Load(attachment.DeviceInfoFile) : null,
            });
        }
        return NetworkStatusBuilder.Build(attachments);
    }
}
