using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Delegates.Ipam.HostLocal;

/// <summary>Ranges of one family; an attachment gets one address out of each set.</summary>
internal sealed class RangeSet
{
    private readonly AddressRange[] _ranges;

    private RangeSet(AddressRange[] ranges) => _ranges = ranges;

    /// <summary>The ranges, in the order in which they are used; at least one.</summary>
    public IReadOnlyList<AddressRange> Ranges => _ranges;

    /// <summary>Are these IPv4 ranges?</summary>
    public bool IsIPv4 => _ranges[0].Start.IsIPv4;

    /// <summary>How many addresses can be given out.</summary>
    public UInt128 Capacity
    {
        get
        {
            UInt128 sum = 0;
            foreach (var range in _ranges)
                sum = UInt128.MaxValue - sum < range.Capacity ? UInt128.MaxValue : sum + range.Capacity;
            return sum;
        }
    }

    /// <summary>The range that holds the address, or null.</summary>
    public AddressRange? RangeOf(AddressNumber address)
    {
        foreach (var range in _ranges)
        {
            if (range.Contains(address))
                return range;
        }
        return null;
    }

    /// <summary>Do the two have an address in common?</summary>
    public bool Overlaps(RangeSet other)
    {
        foreach (var range in _ranges)
        {
            foreach (var foreign in other._ranges)
            {
                if (range.Overlaps(foreign))
                    return true;
            }
        }
        return false;
    }

    /// <summary>Makes a set of one or more ranges.</summary>
    /// <exception cref="CniException">Code 6 or 7: a range is invalid, families are mixed, ranges overlap.</exception>
    public static RangeSet Read(IReadOnlyList<JsonFields> ranges)
    {
        if (ranges.Count == 0)
            throw Invalid("empty range set", "A range set is a list of at least one object with a subnet.");
        var read = new AddressRange[ranges.Count];
        for (int i = 0; i < ranges.Count; i++)
        {
            read[i] = AddressRange.Read(ranges[i]);
            if (read[i].Start.IsIPv4 != read[0].Start.IsIPv4)
                throw Invalid("mixed address families", $"{ranges[i].Path}: {read[i]} and {read[0]} stand in one set; give each family a set of its own.");
        }
        for (int i = 0; i < read.Length; i++)
        {
            for (int j = i + 1; j < read.Length; j++)
            {
                if (read[i].Overlaps(read[j]))
                    throw Invalid($"subnets {read[i]} and {read[j]} overlap", $"{ranges[i].Path} and {ranges[j].Path}");
            }
        }
        return new RangeSet(read);
    }

    /// <summary>The candidates in round robin: behind <paramref name="last"/> first, through all ranges, and <paramref name="last"/> at the end.</summary>
    /// <param name="last">The address that was given out last; the first range's start is the beginning where it lies in no range.</param>
    public IEnumerable<(AddressNumber Address, AddressRange Range)> Candidates(AddressNumber? last)
    {
        int index = last is { } found ? Array.FindIndex(_ranges, range => range.Contains(found)) : -1;
        AddressNumber current;
        if (index < 0)
        {
            index = 0;
            current = _ranges[0].Start;
        }
        else
        {
            current = Advance(last!.Value, ref index);
        }
        var first = current;
        do
        {
            if (current != _ranges[index].Gateway)
                yield return (current, _ranges[index]);
            current = Advance(current, ref index);
        }
        while (current != first);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(",", (object[])_ranges);

    private AddressNumber Advance(AddressNumber address, ref int index)
    {
        if (address != _ranges[index].End)
            return address.Next;
        index = (index + 1) % _ranges.Length;
        return _ranges[index].Start;
    }

    private static CniException Invalid(string message, string details) =>
        new(CniErrorCode.InvalidNetworkConfig, message, details);
}
