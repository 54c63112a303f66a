using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Vrf;

/// <summary>The record of an interface in a VRF: where it is, and what it had before.</summary>
/// <param name="LinkIndex">The interface.</param>
/// <param name="Vrf">The VRF's name.</param>
/// <param name="Table">The VRF's table.</param>
/// <param name="Addresses">The interface's global IPv6 addresses, which the kernel drops when the interface changes its master.</param>
/// <param name="Routes">The interface's routes in the main table, without those that the kernel makes.</param>
internal sealed record VrfRecord(int LinkIndex, string Vrf, uint Table, IReadOnlyList<IPPrefix> Addresses, IReadOnlyList<Route> Routes)
{
    /// <summary>Writes it.</summary>
    public void Write(GoJsonWriter writer, NetworkNamespace container)
    {
        RecordedNamespace.Write(writer, container);
        writer.Name("link");
        writer.Number(LinkIndex);
        writer.Name("vrf");
        writer.String(Vrf);
        writer.Name("table");
        writer.Number(Table);
        writer.Name("addresses");
        writer.BeginArray();
        foreach (var address in Addresses)
            writer.String(address.ToString());
        writer.EndArray();
        RecordedRoutes.Write(writer, "routes", Routes);
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="CniException">Code 6: somebody has changed it.</exception>
    public static VrfRecord Read(AttachmentRecord record)
    {
        var fields = record.Fields;
        int linkIndex = fields.Int("link");
        var addresses = new List<IPPrefix>();
        foreach (string text in fields.Strings("addresses"))
        {
            addresses.Add(IPPrefix.TryParse(text, out var address)
                ? address
                : throw new CniException(CniErrorCode.DecodingFailure, $"{fields.PathOf("addresses")}: invalid CIDR address: {text}"));
        }
        return new VrfRecord(linkIndex, fields.String("vrf"), (uint)(fields.NullableULong("table") ?? 0), addresses, RecordedRoutes.Read(fields, "routes", linkIndex));
    }
}
