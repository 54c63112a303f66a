using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>Addresses that whereabouts gives out: a range of a definition.</summary>
/// <param name="Pool">Whereabouts' own name of the pool: definitions with the same one share it, and know of each other's addresses.</param>
/// <param name="Span">The addresses.</param>
/// <param name="LooksAtOthers">Are addresses of other pools avoided? <c>enable_overlapping_ranges</c>, which is true unless it is false.</param>
/// <param name="At">The range.</param>
internal sealed record WhereaboutsPool(string Pool, AddressSpan Span, bool LooksAtOthers, LocatedValue At)
{
    /// <summary>Reads the pools of an IPAM configuration.</summary>
    public static void Read(LocatedValue ipam, List<WhereaboutsPool> pools)
    {
        string network = ipam.TextOf("network_name");
        bool looks = ipam.AnyCase("enable_overlapping_ranges") is not { Kind: System.Text.Json.JsonValueKind.False };
        Add(ipam);
        foreach (var item in ipam.ObjectsOf("ipRanges"))
            Add(item);

        void Add(LocatedValue value)
        {
            if (WhereaboutsRange.Read(value, new RuleFindings([])) is { } range)
                pools.Add(new WhereaboutsPool($"{network}/{range.Network}", range.Span, looks, value.AnyCase("range")!));
        }
    }
}
