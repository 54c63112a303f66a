using System.Globalization;
using MultiNet.Cni;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>A range of whereabouts: a network, or addresses of it from one to another.</summary>
/// <param name="Network">The network.</param>
/// <param name="Span">The addresses.</param>
internal sealed record WhereaboutsRange(IPPrefix Network, AddressSpan Span)
{
    /// <summary>The keys of a range.</summary>
    public static IReadOnlyList<KeySpec> Keys { get; } =
        [new("range", Shape.Text), new("range_start", Shape.Text), new("range_end", Shape.Text), new("exclude", Shape.Texts)];

    /// <summary>Judges a range and what belongs to it.</summary>
    public static WhereaboutsRange? Read(LocatedValue value, RuleFindings findings)
    {
        var range = value.TryFilled("range", out var at, out string text) ? Parse(at, text, findings) : null;
        CheckEnd(value, "range_start", range, findings);
        CheckEnd(value, "range_end", range, findings);
        foreach (var item in value.ItemsOf("exclude"))
        {
            if (findings.IsFull)
                break;
            if (item.Text is { } excluded)
                CheckExclusion(item, excluded, range, findings);
        }
        return range;
    }

    private static WhereaboutsRange? Parse(LocatedValue at, string text, RuleFindings findings)
    {
        int dash = text.IndexOf('-');
        if (dash < 0)
        {
            if (IPPrefix.TryParse(text, out var network))
                return new WhereaboutsRange(network.Network, AddressSpan.Of(network));
            findings.Error("MN-WA-001", at, $"{Quoted.Text(text)} is no range", "write a network such as \"10.1.0.0/16\", or \"10.1.0.10-10.1.0.20/16\"");
            return null;
        }
        string first = text[..dash].Trim(), last = text[(dash + 1)..].Trim();
        if (!IPText.TryParse(first, out var start) || !IPPrefix.TryParse(last, out var end))
        {
            findings.Error("MN-WA-001", at, $"{Quoted.Text(text)} is no range", "write it such as \"10.1.0.10-10.1.0.20/16\"");
            return null;
        }
        if (start.AddressFamily != end.Address.AddressFamily || !end.Contains(start) || AddressSpan.NumberOf(start) > AddressSpan.NumberOf(end.Address))
        {
            findings.Error("MN-WA-001", at, $"{Quoted.Text(text)} does not go from a lower to a higher address of one network");
            return null;
        }
        return new WhereaboutsRange(end.Network, new AddressSpan(end.IsIPv4, AddressSpan.NumberOf(start), AddressSpan.NumberOf(end.Address)));
    }

    private static void CheckEnd(LocatedValue value, string key, WhereaboutsRange? range, RuleFindings findings)
    {
        if (!value.TryFilled(key, out var at, out string text))
            return;
        if (!IPText.TryParse(text, out var address))
            findings.Error("MN-WA-002", at, $"{Quoted.Text(text)} is no address: whereabouts ignores it and uses the whole range", "write it without prefix length, such as \"10.1.0.10\"");
        else if (range is not null && !AddressSpan.Of(range.Network).Contains(address))
            findings.Warning("MN-WA-002", at, $"{address} is not in {range.Network}");
    }

    private static void CheckExclusion(LocatedValue at, string text, WhereaboutsRange? range, RuleFindings findings)
    {
        bool isNetwork = IPPrefix.TryParse(text, out var excluded);
        if (!isNetwork && IPText.TryParse(text, out var single))
        {
            (isNetwork, excluded) = (true, IPPrefix.Host(single));
        }
        if (!isNetwork && Interval(text) is { } interval)
        {
            (isNetwork, excluded) = (true, interval);
        }
        if (!isNetwork)
            findings.Error("MN-WA-003", at, $"{Quoted.Text(text)} excludes nothing: it is neither a network nor an address", "write it such as \"10.1.0.0/28\"");
        else if (range is not null && !range.Span.Overlaps(AddressSpan.Of(excluded)))
            findings.Warning("MN-WA-003", at, $"{Quoted.Text(text)} is outside of the range");
        else if (range is not null && AddressSpan.Of(excluded) is var gone && gone.First <= range.Span.First && gone.Last >= range.Span.Last)
            findings.Warning("MN-WA-004", at, $"{Quoted.Text(text)} excludes the whole range");
    }

    // "10.1.0.1-10.1.0.9", which newer releases take.
    private static IPPrefix? Interval(string text)
    {
        int dash = text.IndexOf('-');
        return dash > 0 && IPText.TryParse(text.AsSpan(0, dash).Trim(), out var first) && IPText.TryParse(text.AsSpan(dash + 1).Trim(), out _)
            ? IPPrefix.Host(first) : null;
    }

    /// <summary>The length of <c>node_slice_size</c>: <c>/26</c> or <c>26</c>; null where it is none.</summary>
    public static int? SliceLength(string text) =>
        int.TryParse(text.TrimStart('/'), NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length is >= 1 and <= 128 ? length : null;
}
