using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.Records;

namespace MultiNet.Delegates.Firewall;

/// <summary>What one attachment has been given: what stands in its record, and what DEL takes away.</summary>
internal sealed record FirewallState
{
    /// <summary>Who has the addresses: never <see cref="FirewallBackend.Default"/> in a record; without one, both may have them.</summary>
    public FirewallBackend Backend { get; init; }

    /// <summary>firewalld's zone.</summary>
    public string Zone { get; init; } = FirewallConfig.DefaultZone;

    /// <summary>The administrator's chain.</summary>
    public string AdminChain { get; init; } = FirewallConfig.DefaultAdminChain;

    /// <summary>The addresses, each as a network of one address.</summary>
    public IReadOnlyList<IPPrefix> Addresses { get; init; } = [];

    /// <summary>The bridge that has a policy, or empty.</summary>
    public string Bridge { get; init; } = "";

    /// <summary>The bridge's policy.</summary>
    public IngressPolicy Policy { get; init; }

    /// <summary>When it was put up, in milliseconds since 1970 (UTC); 0 where nobody knows.</summary>
    public ulong Time { get; init; }

    /// <summary>The addresses of one family.</summary>
    public List<IPPrefix> OfFamily(bool ipv4)
    {
        var own = new List<IPPrefix>();
        foreach (var address in Addresses)
        {
            if (address.IsIPv4 == ipv4)
                own.Add(address);
        }
        return own;
    }

    /// <summary>What a record tells; what it lacks is as with nothing.</summary>
    /// <returns>Null where there is no record, or somebody else wrote into it.</returns>
    public static FirewallState? Of(AttachmentRecord? record)
    {
        try
        {
            return record is null ? null : Read(record.Fields);
        }
        catch (CniException)
        {
            return null;
        }
    }

    /// <summary>Writes what <see cref="Of"/> reads.</summary>
    public void Write(GoJsonWriter writer)
    {
        writer.StringUnlessEmpty("backend", Backend == FirewallBackend.Firewalld ? "firewalld" : "iptables");
        if (Backend == FirewallBackend.Firewalld)
            writer.StringUnlessEmpty("zone", Zone);
        else
            writer.StringUnlessEmpty("adminChain", AdminChain);
        var addresses = new List<string>(Addresses.Count);
        foreach (var address in Addresses)
            addresses.Add(address.ToString());
        writer.StringsUnlessEmpty("addresses", addresses);
        if (Policy != IngressPolicy.Open)
        {
            writer.StringUnlessEmpty("ingressPolicy", FirewallConfig.NameOf(Policy));
            writer.StringUnlessEmpty("bridge", Bridge);
        }
        writer.Name("time");
        writer.Number((long)Time);
    }

    private static FirewallState Read(JsonFields fields)
    {
        var addresses = new List<IPPrefix>();
        foreach (string text in fields.Strings("addresses"))
        {
            if (IPPrefix.TryParse(text, out var address))
                addresses.Add(address);
        }
        return new FirewallState
        {
            Backend = fields.String("backend") == "firewalld" ? FirewallBackend.Firewalld : FirewallBackend.Iptables,
            Zone = fields.String("zone", FirewallConfig.DefaultZone),
            AdminChain = fields.String("adminChain", FirewallConfig.DefaultAdminChain),
            Addresses = addresses,
            Bridge = fields.String("bridge"),
            Policy = FirewallConfig.PolicyOf(fields.String("ingressPolicy")) ?? IngressPolicy.Open,
            Time = fields.NullableULong("time") ?? 0,
        };
    }
}
