using MultiNet.Cni;
using MultiNet.Delegates.Masquerade;

namespace MultiNet.Delegates.Records;

/// <summary>
/// The rules that a plugin has put up on the host for one attachment, as it recorded them. DEL goes by this, not by a configuration that
/// may have been changed since. Pods from before the record was introduced, and those of other software, have none.
/// </summary>
/// <param name="Masquerade">Masquerading, and by what backend; null for none.</param>
/// <param name="MacSpoofCheck">The bridge's check of source addresses.</param>
internal sealed record HostRules(MasqueradeBackend? Masquerade, bool MacSpoofCheck)
{
    /// <summary>Records what is about to be put up. Nothing is written where there is nothing.</summary>
    /// <exception cref="CniException">Code 5: it cannot be written.</exception>
    public void Write(AttachmentRecords records, PluginContext context, Rollback rollback)
    {
        if (Masquerade is null && !MacSpoofCheck)
            return;
        rollback.Add(() => records.Delete(context.NetworkName, context.Call));
        records.Write(context.NetworkName, context.Call, writer =>
        {
            if (Masquerade is { } backend)
            {
                writer.Name("ipMasqBackend");
                writer.String(NameOf(backend));
            }
            if (MacSpoofCheck)
            {
                writer.Name("macspoofchk");
                writer.Bool(true);
            }
        });
    }

    /// <summary>What was recorded for the attachment of a call, else what the configuration says now.</summary>
    public static HostRules Of(AttachmentRecords records, PluginContext context) =>
        records.Read(context.NetworkName, context.Call) is { } record ? Read(record) : new HostRules(
            context.Config.Bool("ipMasq") ? Backend(context.Config.String("ipMasqBackend")) : null,
            context.Config.Bool("macspoofchk"));

    /// <summary>The records of attachments of this network that are not valid any more.</summary>
    public static IReadOnlyList<AttachmentRecord> Stale(AttachmentRecords records, string network, IReadOnlyList<GcAttachment> valid)
    {
        var stale = new List<AttachmentRecord>();
        foreach (var record in records.List(network))
        {
            bool isValid = false;
            foreach (var attachment in valid)
                isValid |= attachment.ContainerId == record.ContainerId && attachment.IfName == record.IfName;
            if (!isValid)
                stale.Add(record);
        }
        return stale;
    }

    /// <summary>What a record says.</summary>
    public static HostRules Read(AttachmentRecord record)
    {
        string backend = record.Fields.String("ipMasqBackend");
        return new HostRules(backend.Length > 0 ? Backend(backend) : null, record.Fields.Bool("macspoofchk"));
    }

    private static string NameOf(MasqueradeBackend backend) => backend switch
    {
        MasqueradeBackend.Iptables => "iptables",
        MasqueradeBackend.Nftables => "nftables",
        _ => "default",
    };

    // A backend that is not known is no reason to leave rules behind: then both are looked at.
    private static MasqueradeBackend Backend(string name) => name switch
    {
        "nftables" => MasqueradeBackend.Nftables,
        "iptables" => MasqueradeBackend.Iptables,
        _ => MasqueradeBackend.Default,
    };
}
