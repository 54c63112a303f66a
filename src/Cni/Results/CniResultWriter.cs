using MultiNet.Cni.Json;

namespace MultiNet.Cni;

/// <summary>Prints results in every version of the specification, byte for byte as the reference does.</summary>
public static class CniResultWriter
{
    /// <summary>The printed form: indented by four spaces, in Go's order of keys, no line end after it.</summary>
    /// <param name="result">The result.</param>
    /// <param name="version">The version to print it in; empty means 0.1.0.</param>
    /// <exception cref="CniException">Code 1: it cannot be converted to that version.</exception>
    public static byte[] Write(CniResult result, string version)
    {
        var writer = new GoJsonWriter(indented: true);
        Write(writer, result, version);
        return writer.Written.ToArray();
    }

    /// <summary>The same on one line, as <c>prevResult</c> carries it.</summary>
    /// <exception cref="CniException">Code 1: it cannot be converted to that version.</exception>
    public static byte[] WriteCompact(CniResult result, string version)
    {
        var writer = new GoJsonWriter(indented: false);
        Write(writer, result, version);
        return writer.Written.ToArray();
    }

    internal static void Write(GoJsonWriter writer, CniResult result, string version)
    {
        var converted = result.ConvertTo(version);
        switch (ResultVersionClass.Of(converted.CniVersion))
        {
            case ResultVersionClass.Kind.V01:
                WriteV01(writer, converted);
                break;
            case ResultVersionClass.Kind.V03:
                WriteV03(writer, converted);
                break;
            default:
                WriteV1(writer, converted);
                break;
        }
    }

    // Since 1.0.0 the reference prints a map, so keys are sorted, and an empty "dns" is left out.
    private static void WriteV1(GoJsonWriter writer, CniResult result)
    {
        writer.BeginObject();
        writer.Name("cniVersion");
        writer.String(result.CniVersion);
        if (!result.Dns.IsEmpty)
        {
            writer.Name("dns");
            writer.BeginObject();
            writer.StringUnlessEmpty("domain", result.Dns.Domain);
            writer.StringsUnlessEmpty("nameservers", result.Dns.Nameservers);
            writer.StringsUnlessEmpty("options", result.Dns.Options);
            writer.StringsUnlessEmpty("search", result.Dns.Search);
            writer.EndObject();
        }
        if (result.Interfaces.Count > 0)
        {
            writer.Name("interfaces");
            writer.BeginArray();
            foreach (var item in result.Interfaces)
            {
                writer.BeginObject();
                writer.StringUnlessEmpty("mac", item.Mac);
                writer.NumberUnlessNull("mtu", item.Mtu == 0 ? null : item.Mtu);
                writer.Name("name");
                writer.String(item.Name);
                writer.StringUnlessEmpty("pciID", item.PciId);
                writer.StringUnlessEmpty("sandbox", item.Sandbox);
                writer.StringUnlessEmpty("socketPath", item.SocketPath);
                writer.EndObject();
            }
            writer.EndArray();
        }
        if (result.IPs.Count > 0)
        {
            writer.Name("ips");
            writer.BeginArray();
            foreach (var ip in result.IPs)
            {
                writer.BeginObject();
                writer.Name("address");
                writer.String(ip.Address.ToString());
                writer.StringUnlessEmpty("gateway", ip.Gateway is null ? "" : IPText.Format(ip.Gateway));
                writer.NumberUnlessNull("interface", ip.Interface);
                writer.EndObject();
            }
            writer.EndArray();
        }
        if (result.Routes.Count > 0)
        {
            writer.Name("routes");
            writer.BeginArray();
            foreach (var route in result.Routes)
            {
                writer.BeginObject();
                writer.NumberUnlessNull("advmss", NullUnlessSet(route.AdvMss));
                writer.Name("dst");
                writer.String(route.Dst.ToString());
                writer.StringUnlessEmpty("gw", route.Gw is null ? "" : IPText.Format(route.Gw));
                writer.NumberUnlessNull("mtu", NullUnlessSet(route.Mtu));
                writer.NumberUnlessNull("priority", NullUnlessSet(route.Priority));
                writer.NumberUnlessNull("scope", route.Scope);
                writer.NumberUnlessNull("table", route.Table);
                writer.EndObject();
            }
            writer.EndArray();
        }
        writer.EndObject();
    }

    // Before 1.0.0 the reference prints structs: keys in declared order, "dns" always.
    private static void WriteV03(GoJsonWriter writer, CniResult result)
    {
        writer.BeginObject();
        writer.Name("cniVersion");
        writer.String(result.CniVersion);
        if (result.Interfaces.Count > 0)
        {
            writer.Name("interfaces");
            writer.BeginArray();
            foreach (var item in result.Interfaces)
            {
                writer.BeginObject();
                writer.Name("name");
                writer.String(item.Name);
                writer.StringUnlessEmpty("mac", item.Mac);
                writer.StringUnlessEmpty("sandbox", item.Sandbox);
                writer.EndObject();
            }
            writer.EndArray();
        }
        if (result.IPs.Count > 0)
        {
            writer.Name("ips");
            writer.BeginArray();
            foreach (var ip in result.IPs)
            {
                writer.BeginObject();
                writer.Name("version");
                writer.String(ip.Address.IsIPv4 ? "4" : "6");
                writer.NumberUnlessNull("interface", ip.Interface);
                writer.Name("address");
                writer.String(ip.Address.ToString());
                writer.StringUnlessEmpty("gateway", ip.Gateway is null ? "" : IPText.Format(ip.Gateway));
                writer.EndObject();
            }
            writer.EndArray();
        }
        if (result.Routes.Count > 0)
        {
            writer.Name("routes");
            WriteRoutesInDeclaredOrder(writer, result.Routes, ipv4: null);
        }
        WriteDnsInDeclaredOrder(writer, result.Dns);
        writer.EndObject();
    }

    private static void WriteV01(GoJsonWriter writer, CniResult result)
    {
        writer.BeginObject();
        writer.Name("cniVersion");
        writer.String(result.CniVersion);
        foreach (var ip in result.IPs)
        {
            bool ipv4 = ip.Address.IsIPv4;
            writer.Name(ipv4 ? "ip4" : "ip6");
            writer.BeginObject();
            writer.Name("ip");
            writer.String(ip.Address.ToString());
            writer.StringUnlessEmpty("gateway", ip.Gateway is null ? "" : IPText.Format(ip.Gateway));
            if (HasFamily(result.Routes, ipv4))
            {
                writer.Name("routes");
                WriteRoutesInDeclaredOrder(writer, result.Routes, ipv4);
            }
            writer.EndObject();
        }
        WriteDnsInDeclaredOrder(writer, result.Dns);
        writer.EndObject();
    }

    private static void WriteRoutesInDeclaredOrder(GoJsonWriter writer, IReadOnlyList<CniRoute> routes, bool? ipv4)
    {
        writer.BeginArray();
        foreach (var route in routes)
        {
            if (ipv4 is not null && route.Dst.IsIPv4 != ipv4)
                continue;
            writer.BeginObject();
            writer.Name("dst");
            writer.String(route.Dst.ToString());
            writer.StringUnlessEmpty("gw", route.Gw is null ? "" : IPText.Format(route.Gw));
            writer.NumberUnlessNull("mtu", NullUnlessSet(route.Mtu));
            writer.NumberUnlessNull("advmss", NullUnlessSet(route.AdvMss));
            writer.NumberUnlessNull("priority", NullUnlessSet(route.Priority));
            writer.NumberUnlessNull("table", route.Table);
            writer.NumberUnlessNull("scope", route.Scope);
            writer.EndObject();
        }
        writer.EndArray();
    }

    private static void WriteDnsInDeclaredOrder(GoJsonWriter writer, CniDns dns)
    {
        writer.Name("dns");
        writer.BeginObject();
        writer.StringsUnlessEmpty("nameservers", dns.Nameservers);
        writer.StringUnlessEmpty("domain", dns.Domain);
        writer.StringsUnlessEmpty("search", dns.Search);
        writer.StringsUnlessEmpty("options", dns.Options);
        writer.EndObject();
    }

    private static bool HasFamily(IReadOnlyList<CniRoute> routes, bool ipv4)
    {
        foreach (var route in routes)
        {
            if (route.Dst.IsIPv4 == ipv4)
                return true;
        }
        return false;
    }

    private static int? NullUnlessSet(int? value) => value == 0 ? null : value;
}
