using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>A range of host-local: <c>subnet</c>, <c>rangeStart</c>, <c>rangeEnd</c>, <c>gateway</c>.</summary>
/// <param name="At">The object.</param>
/// <param name="Subnet">The network.</param>
/// <param name="Span">The addresses that are given out.</param>
internal sealed record HostLocalRange(LocatedValue At, IPPrefix Subnet, AddressSpan Span)
{
    /// <summary>The keys of a range.</summary>
    public static IReadOnlyList<KeySpec> Keys { get; } =
        [new("subnet", Shape.Text), new("rangeStart", Shape.Text), new("rangeEnd", Shape.Text), new("gateway", Shape.Text)];

    /// <summary>Reads and judges a range.</summary>
    /// <returns>Null where it cannot be used.</returns>
    public static HostLocalRange? Read(LocatedValue value, RuleFindings findings)
    {
        var at = value.Kind == JsonValueKind.Object ? value.AnyCase("subnet") : null;
        if (at is null)
        {
            findings.Error("MN-HL-002", value, "the range has no \"subnet\"", "write a network such as \"10.1.0.0/16\"");
            return null;
        }
        var gateway = ReadAddress(value, "gateway", findings);
        var start = ReadAddress(value, "rangeStart", findings);
        var end = ReadAddress(value, "rangeEnd", findings);
        if (at.Text is not { } text || ReadSubnet(at, text, findings) is not { } subnet)
            return null;
        return ReadSpan(value, subnet, gateway, start, end, findings);
    }

    private static IPPrefix? ReadSubnet(LocatedValue at, string text, RuleFindings findings)
    {
        if (!IPPrefix.TryParse(text, out var subnet))
        {
            findings.Error("MN-HL-002", at, $"{Quoted.Text(text)} is no network", "write it with its prefix length, such as \"10.1.0.0/16\"");
            return null;
        }
        if (subnet.Length > subnet.MaxLength - 2)
        {
            findings.Error("MN-HL-002", at, $"{Quoted.Text(text)} is too small to give addresses out of", $"the prefix length may be {subnet.MaxLength - 2} at most");
            return null;
        }
        if (subnet.Network != subnet)
        {
            findings.Error("MN-HL-002", at, $"{Quoted.Text(text)} has host bits set", $"write \"{subnet.Network}\"");
            return null;
        }
        return subnet;
    }

    private static HostLocalRange? ReadSpan(LocatedValue value, IPPrefix subnet, IPAddress? gateway, IPAddress? start, IPAddress? end, RuleFindings findings)
    {
        var all = AddressSpan.Of(subnet);
        if (!IsInside("rangeStart", start) | !IsInside("rangeEnd", end))
            return null;
        UInt128 first = start is null ? all.First + 1 : AddressSpan.NumberOf(start);
        // The last address of an IPv4 subnet is its broadcast address.
        UInt128 last = end is null ? all.Last - (all.IsIPv4 ? 1u : 0u) : AddressSpan.NumberOf(end);
        if (first > last)
        {
            // Where neither is given, the defaults are in order.
            findings.Error("MN-HL-003", value.AnyCase(start is null ? "rangeEnd" : "rangeStart")!, "the range ends before it begins", end is null ? "" : "exchange \"rangeStart\" and \"rangeEnd\"");
            return null;
        }
        var span = new AddressSpan(all.IsIPv4, first, last);
        if (gateway is not null && !all.Contains(gateway))
            findings.Warning("MN-HL-003", value.AnyCase("gateway")!, $"the gateway {gateway} is outside of {subnet}: a pod reaches it only by a route of its own");
        if (first == last)
            findings.Warning("MN-HL-006", value, "the range holds a single address");
        else if (start is not null && first == all.First)
            findings.Warning("MN-HL-006", value.AnyCase("rangeStart")!, $"{start} is the network's own address; hosts may refuse it");
        else if (end is not null && last == all.Last && all.IsIPv4)
            findings.Warning("MN-HL-006", value.AnyCase("rangeEnd")!, $"{end} is the network's broadcast address; hosts do not reach it");
        return new HostLocalRange(value, subnet, span);

        bool IsInside(string key, IPAddress? address)
        {
            if (address is null || all.Contains(address))
                return true;
            bool isOther = (address.AddressFamily == AddressFamily.InterNetwork) != all.IsIPv4;
            findings.Error("MN-HL-003", value.AnyCase(key)!, $"{address} is not in {subnet}{(isOther ? ": the families differ" : "")}");
            return false;
        }
    }

    private static IPAddress? ReadAddress(LocatedValue value, string key, RuleFindings findings)
    {
        if (!value.TryFilled(key, out var at, out string text))
            return null;
        if (IPText.TryParse(text, out var address))
            return address;
        findings.Error("MN-HL-003", at, $"{Quoted.Text(text)} is no address", "write it without prefix length, such as \"10.1.2.1\"");
        return null;
    }
}
