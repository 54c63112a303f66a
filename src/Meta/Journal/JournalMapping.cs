using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Planning;

namespace MultiNet.Meta.Journal;

/// <summary>From a plan to the journal, and from both to what libcni calls a runtime configuration.</summary>
internal static class JournalMapping
{
    public static JournalAttachment ToJournal(this PlannedAttachment attachment) => new()
    {
        DisplayName = attachment.DisplayName,
        InterfaceName = attachment.InterfaceName,
        Config = attachment.Config.Inlined().Bytes,
        Args = attachment.Args,
        CapabilityArgs = attachment.CapabilityArgs,
        InLinkGroup = attachment.MayLoseLinksFirst,
        DeviceInfoFile = attachment.DeviceInfo?.Path ?? "",
        IsSelected = attachment.IsSelected,
        Asked = attachment.Asked,
        Plugins = [.. attachment.Plugins.Select(plugin => plugin.Source.ExecutablePath ?? plugin.Source.Type)],
    };

    public static RuntimeConfig ToRuntimeConfig(this PlannedAttachment attachment, SandboxRequest request) => new()
    {
        ContainerId = request.ContainerId,
        NetNs = request.NetNs,
        IfName = attachment.InterfaceName,
        Args = attachment.Args,
        CapabilityArgs = attachment.CapabilityArgs,
        LinkGroup = attachment.MayLoseLinksFirst ? LinkGroup.Number : 0,
    };

    public static RuntimeConfig ToRuntimeConfig(this JournalAttachment attachment, SandboxJournal journal) => new()
    {
        ContainerId = journal.ContainerId,
        NetNs = journal.NetNs,
        IfName = attachment.InterfaceName,
        Args = attachment.Args,
        CapabilityArgs = attachment.CapabilityArgs,
    };

    public static SandboxJournal With(this SandboxJournal journal, AttachedNetwork network) =>
        journal.With(network.Attachment.Index, attachment => attachment with
        {
            Result = network.Result,
            PluginResult = network.PluginResult,
            DisplacedRoutes = network.Displaced,
            Milliseconds = network.Took.TotalMilliseconds,
        });

    public static SandboxJournal With(this SandboxJournal journal, int index, Func<JournalAttachment, JournalAttachment> change)
    {
        var attachments = journal.Attachments.ToArray();
        attachments[index] = change(attachments[index]);
        return journal with { Attachments = attachments };
    }

}
