using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bond;

/// <summary>A member of a bond as it was before.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FromHost">It was on the host, and returns there.</param>
/// <param name="Up">It was up.</param>
/// <param name="Mtu">Its MTU in bytes; 0 where that is not known.</param>
/// <param name="Mac">Its hardware address; empty where that is not known.</param>
internal sealed record BondMember(string Name, bool FromHost, bool Up, int Mtu, string Mac)
{
    /// <summary>Describes an interface.</summary>
    public static BondMember Of(Link link, bool fromHost) => new(link.Name, fromHost, link.IsUp, link.Mtu, link.MacAddress.ToString());

    /// <summary>Writes it to a record.</summary>
    public void Write(GoJsonWriter writer)
    {
        writer.BeginObject();
        writer.Name("name");
        writer.String(Name);
        writer.Name("fromHost");
        writer.Bool(FromHost);
        writer.Name("up");
        writer.Bool(Up);
        writer.Name("mtu");
        writer.Number(Mtu);
        writer.Name("mac");
        writer.String(Mac);
        writer.EndObject();
    }

    /// <summary>Reads it from a record.</summary>
    /// <exception cref="CniException">Code 6: somebody has changed it.</exception>
    public static BondMember Read(JsonFields fields) =>
        new(fields.String("name"), fields.Bool("fromHost"), fields.Bool("up"), fields.Int("mtu"), fields.String("mac"));

    /// <summary>Gives an interface back what it had.</summary>
    /// <param name="socket">The socket of the namespace where it is.</param>
    /// <param name="link">The interface, in no bond any more.</param>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public void Restore(RouteSocket socket, Link link)
    {
        bool mac = Mac.Length > 0 && link.MacAddress.ToString() != Mac;
        if (mac || (Mtu > 0 && link.Mtu != Mtu))
        {
            // Not every driver lets its address change; that is no reason to keep a member away from where it belongs.
            TrySet(socket, link, new LinkChange { MacAddress = mac && MacAddress.TryParse(Mac, out var address) ? address : null });
            TrySet(socket, link, new LinkChange { Mtu = Mtu > 0 ? Mtu : null });
        }
        if (Mac.Length > 0 && link.IsUp != Up)
            socket.LinkSet(link.Index, new LinkChange { Up = Up });
    }

    private static void TrySet(RouteSocket socket, Link link, LinkChange change)
    {
        try
        {
            if (change != new LinkChange())
                socket.LinkSet(link.Index, change);
        }
        catch (NetlinkException)
        {
        }
    }
}
