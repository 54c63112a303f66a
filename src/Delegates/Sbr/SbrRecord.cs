using System.Net;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Sbr;

/// <summary>The record of what sbr did for an attachment: rules, tables, and what it took from the main table.</summary>
internal static class SbrRecord
{
    /// <summary>Writes it.</summary>
    public static void Write(GoJsonWriter writer, SourceRouting routing, NetworkNamespace container, int linkIndex)
    {
        RecordedNamespace.Write(writer, container);
        writer.Name("link");
        writer.Number(linkIndex);
        writer.Name("rules");
        writer.BeginArray();
        foreach (var rule in routing.Rules)
        {
            writer.BeginObject();
            writer.Name("src");
            writer.String(rule.Source!.Value.ToString());
            writer.Name("table");
            writer.Number(rule.Table);
            writer.EndObject();
        }
        writer.EndArray();
        RecordedRoutes.Write(writer, "tabled", routing.Tabled);
        RecordedRoutes.Write(writer, "removed", routing.Removed);
        RecordedRoutes.Write(writer, "hints", routing.Hints);
    }

    /// <summary>The index of the interface at ADD.</summary>
    public static int LinkIndex(AttachmentRecord record) => record.Fields.Int("link");

    /// <summary>Reads it.</summary>
    /// <exception cref="CniException">Code 6: somebody has changed it.</exception>
    public static SourceRouting Read(AttachmentRecord record)
    {
        int linkIndex = LinkIndex(record);
        var rules = new List<Rule>();
        foreach (var item in record.Fields.Objects("rules"))
        {
            string source = item.String("src");
            if (!IPNetwork.TryParse(source, out var network))
                throw new CniException(CniErrorCode.DecodingFailure, $"{item.PathOf("src")}: not a network: {source}");
            rules.Add(SourceRouting.RuleOf(network, (uint)(item.NullableULong("table") ?? 0)));
        }
        return new SourceRouting
        {
            Rules = rules,
            Tabled = RecordedRoutes.Read(record.Fields, "tabled", linkIndex),
            Removed = RecordedRoutes.Read(record.Fields, "removed", linkIndex),
            Hints = RecordedRoutes.Read(record.Fields, "hints", linkIndex),
        };
    }
}
