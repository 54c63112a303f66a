using System.Text;
using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Networks;

/// <summary>Writes the status as Multus does, byte for byte: entries with an indent of four spaces, joined by commas in brackets.</summary>
public static class NetworkStatusWriter
{
    /// <summary>The annotation's value.</summary>
    public static string Write(IReadOnlyList<NetworkStatus> entries)
    {
        var text = new StringBuilder("[");
        for (int i = 0; i < entries.Count; i++)
        {
            var writer = new GoJsonWriter(indented: true);
            Write(writer, entries[i]);
            text.Append(i == 0 ? "" : ",").Append(Encoding.UTF8.GetString(writer.Written));
        }
        return text.Append(']').ToString();
    }

    private static void Write(GoJsonWriter writer, NetworkStatus entry)
    {
        writer.BeginObject();
        writer.Name("name");
        writer.String(entry.Name);
        writer.StringUnlessEmpty("interface", entry.Interface);
        writer.StringsUnlessEmpty("ips", entry.IPs);
        writer.StringUnlessEmpty("mac", entry.Mac);
        writer.NumberUnlessNull("mtu", entry.Mtu == 0 ? null : entry.Mtu);
        if (entry.Default)
        {
            writer.Name("default");
            writer.Bool(true);
        }
        writer.Name("dns");
        Write(writer, entry.Dns);
        if (entry.DeviceInfo is { } device)
        {
            writer.Name("device-info");
            DeviceInfoWriter.Write(writer, device);
        }
        writer.StringsUnlessEmpty("gateway", entry.Gateway);
        writer.EndObject();
    }

    private static void Write(GoJsonWriter writer, CniDns dns)
    {
        writer.BeginObject();
        writer.StringsUnlessEmpty("nameservers", dns.Nameservers);
        writer.StringUnlessEmpty("domain", dns.Domain);
        writer.StringsUnlessEmpty("search", dns.Search);
        writer.StringsUnlessEmpty("options", dns.Options);
        writer.EndObject();
    }
}
