using System.Net;
using System.Text;
using MultiNet.Cni;

namespace MultiNet.Delegates.Ipam.Dhcp.Messages;

/// <summary>What a server's ACK gives, as the result of an ADD and as times.</summary>
/// <param name="ack">The ACK.</param>
internal sealed class LeaseTerms(DhcpMessage ack)
{
    /// <summary>Option 51 of a lease without end (RFC 2131, 3.3).</summary>
    internal const uint Forever = uint.MaxValue;

    // What the reference takes where the server names no time.
    private const uint DefaultSeconds = 3600;

    /// <summary>The address.</summary>
    public IPAddress Address => ack.YourAddress;

    /// <summary>The prefix length of the subnet mask; null where there is none, or one with holes.</summary>
    public int? PrefixLength
    {
        get
        {
            if (ack.Option(OptionCode.SubnetMask) is not { Length: 4 } mask)
                return null;
            uint bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(mask);
            int length = System.Numerics.BitOperations.LeadingZeroCount(~bits);
            return length == 32 || bits << length == 0 ? length : null;
        }
    }

    /// <summary>The first router, or null.</summary>
    public IPAddress? Gateway => ack.Address(OptionCode.Routers);

    /// <summary>Seconds until the lease ends, from the request on; <see cref="Forever"/>.</summary>
    public uint LeaseSeconds => Math.Max(1, ack.Number(OptionCode.LeaseTime) ?? DefaultSeconds);

    /// <summary>T1: seconds until it is to be renewed. Half of the lease where the server says nothing that makes sense (RFC 2131, 4.4.5).</summary>
    public uint RenewalSeconds => Sensible(ack.Number(OptionCode.RenewalTime), RebindingSeconds) ?? Math.Min(LeaseSeconds / 2, RebindingSeconds);

    /// <summary>T2: seconds until any server will do.</summary>
    public uint RebindingSeconds => Sensible(ack.Number(OptionCode.RebindingTime), LeaseSeconds) ?? (uint)(LeaseSeconds * 85L / 100);

    /// <summary>The routes: those of option 121, which stand for all others (RFC 3442); else those of option 33 and the default route to the router.</summary>
    public IReadOnlyList<CniRoute> Routes()
    {
        var routes = new List<CniRoute>();
        if (TryReadClassless(ack.Option(OptionCode.ClasslessStaticRoutes), routes) && routes.Count > 0)
            return routes;
        routes.Clear();
        var fixedRoutes = (ack.Option(OptionCode.StaticRoutes) ?? []).AsSpan();
        for (; fixedRoutes.Length >= 8; fixedRoutes = fixedRoutes[8..])
            routes.Add(new CniRoute { Dst = Classful(fixedRoutes[..4]), Gw = new IPAddress(fixedRoutes.Slice(4, 4)) });
        if (Gateway is { } gateway)
            routes.Add(new CniRoute { Dst = IPPrefix.DefaultIPv4, Gw = gateway });
        return routes;
    }

    /// <summary>Name servers, domain and search list, as far as the configuration asks for the options; the reference returns none.</summary>
    /// <param name="requested">Options that the configuration names under <c>request</c>.</param>
    public CniDns Dns(ReadOnlySpan<byte> requested)
    {
        var servers = new List<string>();
        if (requested.Contains(OptionCode.DomainNameServers))
        {
            var bytes = (ack.Option(OptionCode.DomainNameServers) ?? []).AsSpan();
            for (; bytes.Length >= 4; bytes = bytes[4..])
                servers.Add(new IPAddress(bytes[..4]).ToString());
        }
        string domain = requested.Contains(OptionCode.DomainName) ? Name(ack.Option(OptionCode.DomainName)) : "";
        IReadOnlyList<string> search = requested.Contains(OptionCode.DomainSearch) ? SearchList.Read(ack.Option(OptionCode.DomainSearch)) : [];
        return servers.Count == 0 && domain.Length == 0 && search.Count == 0
            ? CniDns.Empty
            : new CniDns { Nameservers = servers, Domain = domain, Search = search };
    }

    private static uint? Sensible(uint? seconds, uint limit) => seconds is { } value && value > 0 && value <= limit ? value : null;

    // What somebody on the network says goes into a file of resolver settings: names only.
    private static string Name(byte[]? value)
    {
        string text = Encoding.ASCII.GetString(value ?? []).TrimEnd('\0');
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_'))
                return "";
        }
        return text;
    }

    private static bool TryReadClassless(ReadOnlySpan<byte> bytes, List<CniRoute> routes)
    {
        Span<byte> address = stackalloc byte[4];
        while (bytes.Length > 0)
        {
            int length = bytes[0], significant = (length + 7) / 8;
            if (length > 32 || bytes.Length < 1 + significant + 4)
                return false;
            address.Clear();
            bytes.Slice(1, significant).CopyTo(address);
            var router = new IPAddress(bytes.Slice(1 + significant, 4));
            routes.Add(new CniRoute
            {
                Dst = new IPPrefix(new IPAddress(address), length),
                Gw = router,
                // No router: the destination is on the link.
                Scope = router.Equals(IPAddress.Any) ? (int)Netlink.RouteScope.Link : null,
            });
            bytes = bytes[(1 + significant + 4)..];
        }
        return true;
    }

    // Option 33 is older than prefixes: the first bits of an address tell its network's size.
    private static IPPrefix Classful(ReadOnlySpan<byte> address) =>
        new(new IPAddress(address), address[0] < 128 ? 8 : address[0] < 192 ? 16 : 24);
}
