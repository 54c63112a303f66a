using MultiNet.Cni;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Planning;

namespace MultiNet.Meta.HotPlug;

/// <summary>Attachments that stand on interfaces of others: a bond over two, a VLAN on one. They are made anew with what is below them.</summary>
internal static class StackedInterfaces
{
    /// <summary>Which attachments stand on interfaces that change, on one another too.</summary>
    /// <param name="attachments">Attachments that would not change of themselves.</param>
    /// <param name="changed">The interfaces that change; those of the attachments that are found are added.</param>
    public static HashSet<JournalAttachment> Above(IReadOnlyList<JournalAttachment> attachments, HashSet<string> changed)
    {
        var above = new HashSet<JournalAttachment>();
        for (bool again = true; again;)
        {
            again = false;
            foreach (var attachment in attachments)
            {
                if (!above.Contains(attachment) && Of(attachment).Names.Any(changed.Contains))
                {
                    above.Add(attachment);
                    AddNames(changed, attachment);
                    again = true;
                }
            }
        }
        return above;
    }

    /// <summary>Adds the interfaces that an attachment makes.</summary>
    public static void AddNames(HashSet<string> names, JournalAttachment attachment)
    {
        names.Add(attachment.InterfaceName);
        if (Of(attachment).Makes is { Length: > 0 } made)
            names.Add(made);
    }

    private static ContainerInterfaces Of(JournalAttachment attachment) =>
        ContainerInterfaces.Of(NetworkConfigList.Parse(attachment.Config, "journal", attachment.DisplayName));
}
