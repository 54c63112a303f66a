using MultiNet.Cni;

namespace MultiNet.Delegates.Records;

/// <summary>The attachments that GC says are in use, beside records.</summary>
internal static class GcAttachments
{
    /// <summary>Is a record's attachment in use?</summary>
    public static bool Contains(IReadOnlyList<GcAttachment> valid, AttachmentRecord record)
    {
        foreach (var attachment in valid)
        {
            if (attachment.ContainerId == record.ContainerId && attachment.IfName == record.IfName)
                return true;
        }
        return false;
    }
}
