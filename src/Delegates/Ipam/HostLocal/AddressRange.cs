using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Delegates.Ipam.HostLocal;

/// <summary>A part of a subnet from which addresses are given out, both ends included, without the gateway.</summary>
internal sealed class AddressRange
{
    private AddressRange(IPPrefix subnet, AddressNumber gateway, AddressNumber start, AddressNumber end)
    {
        Subnet = subnet;
        Gateway = gateway;
        Start = start;
        End = end;
    }

    /// <summary>The subnet; its length is that of the addresses given out.</summary>
    public IPPrefix Subnet { get; }

    /// <summary>The subnet's gateway, which is never given out.</summary>
    public AddressNumber Gateway { get; }

    /// <summary>The first address.</summary>
    public AddressNumber Start { get; }

    /// <summary>The last address.</summary>
    public AddressNumber End { get; }

    /// <summary>How many addresses can be given out.</summary>
    public UInt128 Capacity
    {
        get
        {
            // The whole of IPv6 would overflow: ::/0 has one address more than a UInt128 can say.
            UInt128 size = End.Value - Start.Value;
            return size == UInt128.MaxValue ? size : size + 1 - (Contains(Gateway) ? 1u : 0u);
        }
    }

    /// <summary>Is the address of this family and within both ends? True for the gateway, too.</summary>
    public bool Contains(AddressNumber address) =>
        address.IsIPv4 == Start.IsIPv4 && address.Value >= Start.Value && address.Value <= End.Value;

    /// <summary>Do the two have an address in common?</summary>
    public bool Overlaps(AddressRange other) =>
        Contains(other.Start) || Contains(other.End) || other.Contains(Start) || other.Contains(End);

    /// <summary>Reads <c>subnet</c>, <c>rangeStart</c>, <c>rangeEnd</c> and <c>gateway</c>.</summary>
    /// <exception cref="CniException">Code 6: no address or subnet. Code 7: what the reference refuses, in its words.</exception>
    public static AddressRange Read(JsonFields json)
    {
        if (json.Prefix("subnet") is not { } subnet)
            throw Invalid("IP <nil> not v4 nor v6", $"{json.PathOf("subnet")} is missing; expected a network such as 10.1.0.0/16.");
        if (subnet.Length > subnet.MaxLength - 2)
        {
            throw Invalid(
                $"Network {Text(subnet)} too small to allocate from",
                $"{json.PathOf("subnet")} must be a /{subnet.MaxLength - 2} or larger.");
        }
        var network = AddressNumber.From(subnet.Network.Address);
        if (network != AddressNumber.From(subnet.Address))
            throw Invalid($"Network has host bits set. For a subnet mask of length {subnet.Length} the network address is {network}", json.PathOf("subnet"));
        int hostBits = subnet.MaxLength - subnet.Length;
        var last = new AddressNumber(network.Value | (hostBits == 128 ? UInt128.MaxValue : (UInt128.One << hostBits) - 1), network.IsIPv4);

        var gateway = json.Address("gateway") is { } given ? AddressNumber.From(given) : network.Next;
        // The last address of an IPv4 subnet is its broadcast address.
        var start = Bound(json, "rangeStart");
        var end = Bound(json, "rangeEnd");
        var first = start ?? network.Next;
        var final = end ?? (network.IsIPv4 ? last with { Value = last.Value - 1 } : last);
        bool InSubnet(AddressNumber address) =>
            address.IsIPv4 == network.IsIPv4 && address.Value >= network.Value && address.Value <= last.Value;
        if (start is not null && (!InSubnet(first) || first.Value > final.Value))
        {
            throw Invalid(
                $"RangeStart {first} not in network {Text(subnet)}",
                InSubnet(first) ? $"{json.PathOf("rangeStart")} lies behind the range's end {final}." : json.PathOf("rangeStart"));
        }
        if (end is not null && (!InSubnet(final) || final.Value < first.Value))
        {
            throw Invalid(
                $"RangeEnd {final} not in network {Text(subnet)}",
                InSubnet(final) ? $"{json.PathOf("rangeEnd")} lies before the range's start {first}." : json.PathOf("rangeEnd"));
        }
        return new AddressRange(subnet, gateway, first, final);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Start}-{End}";

    private static AddressNumber? Bound(JsonFields json, string key) =>
        json.Address(key) is { } address ? AddressNumber.From(address) : null;

    private static string Text(IPPrefix prefix) => $"{AddressNumber.From(prefix.Address)}/{prefix.Length}";

    private static CniException Invalid(string message, string details) =>
        new(CniErrorCode.InvalidNetworkConfig, message, details);
}
