using System.Net;
using MultiNet.Cni;

namespace MultiNet.Delegates.Ipam.Dhcp.Rpc;

/// <summary>A result of an ADD as Go's <c>types/100.Result</c> travels in gob. Interfaces are the main plugin's: there are none.</summary>
internal static class ResultGob
{
    private const int Net = 80, Address = 81, Addresses = 82, Route = 83, Routes = 84, Texts = 85, Dns = 86;

    /// <summary>The messages that describe the types.</summary>
    internal static IEnumerable<byte[]> DescribeTypes(int type) =>
    [
        GobWriter.StructType(Net, "IPNet", ("IP", GobWriter.Bytes), ("Mask", GobWriter.Bytes)),
        GobWriter.StructType(Address, "IPConfig", ("Address", Net), ("Gateway", GobWriter.Bytes)),
        GobWriter.SliceType(Addresses, "[]*types100.IPConfig", Address),
        GobWriter.StructType(
            Route, "Route", ("Dst", Net), ("GW", GobWriter.Bytes), ("MTU", GobWriter.Int), ("AdvMSS", GobWriter.Int), ("Priority", GobWriter.Int),
            ("Table", GobWriter.Int), ("Scope", GobWriter.Int)),
        GobWriter.SliceType(Routes, "[]*types.Route", Route),
        GobWriter.SliceType(Texts, "[]string", GobWriter.Text),
        GobWriter.StructType(Dns, "DNS", ("Nameservers", Texts), ("Domain", GobWriter.Text), ("Search", Texts), ("Options", Texts)),
        GobWriter.StructType(type, "Result", ("CNIVersion", GobWriter.Text), ("IPs", Addresses), ("Routes", Routes), ("DNS", Dns)),
    ];

    /// <summary>The message that is the value.</summary>
    internal static byte[] ToMessage(int type, CniResult result)
    {
        var writer = new GobWriter();
        writer.Signed(type);
        writer.Begin();
        WriteItems(writer, 1, result.IPs, static (w, ip) =>
        {
            w.Field(0);
            WriteNet(w, ip.Address);
            w.Field(1, BytesOf(ip.Gateway));
        });
        WriteItems(writer, 2, result.Routes, static (w, route) =>
        {
            w.Field(0);
            WriteNet(w, route.Dst);
            w.Field(1, BytesOf(route.Gw));
            w.Field(2, (long)(route.Mtu ?? 0));
            w.Field(3, (long)(route.AdvMss ?? 0));
            w.Field(4, (long)(route.Priority ?? 0));
            w.Field(5, (long)(route.Table ?? 0));
            w.Field(6, (long)(route.Scope ?? 0));
        });
        if (!result.Dns.IsEmpty)
        {
            writer.Field(3);
            writer.Begin();
            WriteTexts(writer, 0, result.Dns.Nameservers);
            writer.Field(1, result.Dns.Domain);
            WriteTexts(writer, 2, result.Dns.Search);
            WriteTexts(writer, 3, result.Dns.Options);
            writer.End();
        }
        writer.End();
        return writer.ToMessage();
    }

    /// <summary>Reads a value.</summary>
    /// <exception cref="GobException">An address of another length, or a mask with holes.</exception>
    internal static CniResult From(GobValue value)
    {
        var ips = new List<CniIP>();
        foreach (var ip in value["IPs"].Items)
            ips.Add(new CniIP { Address = ReadNet(ip["Address"]), Gateway = ReadAddress(ip["Gateway"].Bytes) });
        var routes = new List<CniRoute>();
        foreach (var route in value["Routes"].Items)
        {
            routes.Add(new CniRoute
            {
                Dst = ReadNet(route["Dst"]),
                Gw = ReadAddress(route["GW"].Bytes),
                Mtu = NullIfZero(route["MTU"]),
                AdvMss = NullIfZero(route["AdvMSS"]),
                Priority = NullIfZero(route["Priority"]),
                Table = NullIfZero(route["Table"]),
                Scope = NullIfZero(route["Scope"]),
            });
        }
        var dns = value["DNS"];
        return new CniResult
        {
            IPs = ips,
            Routes = routes,
            Dns = new CniDns
            {
                Nameservers = ReadTexts(dns["Nameservers"]), Domain = dns["Domain"].Text, Search = ReadTexts(dns["Search"]), Options = ReadTexts(dns["Options"]),
            },
        };
    }

    private static void WriteItems<T>(GobWriter writer, int field, IReadOnlyList<T> items, Action<GobWriter, T> write)
    {
        if (items.Count == 0)
            return;
        writer.Field(field);
        writer.Unsigned((ulong)items.Count);
        foreach (var item in items)
        {
            writer.Begin();
            write(writer, item);
            writer.End();
        }
    }

    private static void WriteTexts(GobWriter writer, int field, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
            return;
        writer.Field(field);
        writer.Unsigned((ulong)texts.Count);
        foreach (string text in texts)
            writer.Blob(System.Text.Encoding.UTF8.GetBytes(text));
    }

    private static void WriteNet(GobWriter writer, IPPrefix prefix)
    {
        byte[] mask = new byte[prefix.MaxLength / 8];
        for (int bit = 0; bit < prefix.Length; bit++)
            mask[bit / 8] |= (byte)(0x80 >> (bit % 8));
        writer.Begin();
        writer.Field(0, BytesOf(prefix.Address));
        writer.Field(1, mask);
        writer.End();
    }

    private static byte[] BytesOf(IPAddress? address) => address?.GetAddressBytes() ?? [];

    private static int? NullIfZero(GobValue value) => value.Number is 0 or > int.MaxValue or < int.MinValue ? null : (int)value.Number;

    private static IPAddress? ReadAddress(byte[] bytes)
    {
        if (bytes.Length == 0)
            return null;
        if (bytes.Length is not (4 or 16))
            throw new GobException($"an address of {bytes.Length} bytes");
        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static IPPrefix ReadNet(GobValue value)
    {
        var address = ReadAddress(value["IP"].Bytes) ?? throw new GobException("a network without an address");
        byte[] mask = value["Mask"].Bytes;
        int length = 0;
        while (length < mask.Length * 8 && (mask[length / 8] & (0x80 >> (length % 8))) != 0)
            length++;
        for (int bit = length; bit < mask.Length * 8; bit++)
        {
            if ((mask[bit / 8] & (0x80 >> (bit % 8))) != 0)
                throw new GobException("a mask with holes");
        }
        // Go writes the mask of an IPv4 network in 4 or in 16 bytes.
        if (mask.Length == 16 && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
            length -= 96;
        return length >= 0 && mask.Length > 0 ? new IPPrefix(address, Math.Min(length, address.GetAddressBytes().Length * 8)) : throw new GobException("a network without a mask");
    }

    private static List<string> ReadTexts(GobValue value)
    {
        var texts = new List<string>();
        foreach (var item in value.Items)
            texts.Add(item.Text);
        return texts;
    }
}
