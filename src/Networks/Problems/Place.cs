namespace MultiNet.Networks;

/// <summary>A place in a text.</summary>
/// <param name="Path">As a reader knows it: <c>[1].ips[0]</c>, <c>item 2</c>.</param>
/// <param name="Offset">The byte in the text, or -1 where there is none.</param>
public readonly record struct Place(string Path, int Offset)
{
    /// <summary>The whole, without a position.</summary>
    public static Place Whole => new("", -1);
}
