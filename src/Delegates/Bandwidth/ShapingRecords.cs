using MultiNet.Cni;
using MultiNet.Delegates.Records;

namespace MultiNet.Delegates.Bandwidth;

/// <summary>What ADD did for each attachment, on disk.</summary>
/// <param name="records">The plugin's records.</param>
internal sealed class ShapingRecords(AttachmentRecords records)
{
    private const string Key = "links";

    /// <summary>Notes what is about to be done.</summary>
    public void Write(string network, CniCall call, IReadOnlyList<ShapedLink> links) => records.Write(network, call, writer =>
    {
        writer.Name(Key);
        writer.BeginArray();
        foreach (var link in links)
            link.Write(writer);
        writer.EndArray();
    });

    /// <summary>What was done for an attachment; null where nothing is recorded that can be read.</summary>
    public IReadOnlyList<ShapedLink>? Read(string network, CniCall call) => records.Read(network, call) is { } record ? Links(record) : null;

    /// <summary>What was done for the attachments of a network.</summary>
    public IReadOnlyList<(GcAttachment Attachment, IReadOnlyList<ShapedLink> Links)> List(string network)
    {
        var all = new List<(GcAttachment, IReadOnlyList<ShapedLink>)>();
        foreach (var record in records.List(network))
        {
            // A folder may have been copied, a file renamed: only what says itself of which network it is counts.
            if (record.Network == network && Links(record) is { } links)
                all.Add((new GcAttachment(record.ContainerId, record.IfName), links));
        }
        return all;
    }

    /// <summary>Forgets an attachment.</summary>
    public void Delete(string network, GcAttachment attachment) => records.Delete(network, attachment.ContainerId, attachment.IfName);

    private static List<ShapedLink>? Links(AttachmentRecord record)
    {
        try
        {
            var links = new List<ShapedLink>();
            foreach (var link in record.Fields.Objects(Key))
                links.Add(ShapedLink.Read(link));
            return links;
        }
        catch (CniException)
        {
            return null;
        }
    }
}
