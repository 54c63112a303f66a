namespace MultiNet.Networks;

/// <summary>One of the annotation's two forms, read.</summary>
internal interface ISelectionSource
{
    /// <summary>The elements that could be read.</summary>
    IReadOnlyList<NetworkSelectionElement> Elements { get; }

    /// <summary>How many were asked for, readable or not; -1 where the text as a whole could not be read.</summary>
    int Count { get; }

    /// <summary>Where a key of an element stands; the element itself where it has no such key.</summary>
    Place PlaceOf(NetworkSelectionElement element, string key);
}
