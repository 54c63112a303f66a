namespace MultiNet.Kubernetes;

/// <summary>A page of a list.</summary>
/// <typeparam name="T">The items.</typeparam>
public sealed record ObjectList<T>
{
    /// <summary>What the list itself says.</summary>
    public ListMeta Metadata { get => field ?? new(); init; }

    /// <summary>The items. Go writes <c>null</c> for none.</summary>
    public IReadOnlyList<T>? Items { get; init; }
}
