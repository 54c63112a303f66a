using MultiNet.Meta.Attaching;
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
}
