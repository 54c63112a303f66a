namespace MultiNet.Kubernetes;

/// <summary>One string for equal names: many objects have the same few. Bounded, because users make names; thread-safe.</summary>
public sealed class NamePool
{
    private const int Most = 4096;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The name that is kept for all.</summary>
    public string Shared(string name)
    {
        lock (_lock)
        {
            if (_names.TryGetValue(name, out string? kept))
                return kept;
            if (_names.Count >= Most)
                _names.Clear();
            _names.Add(name);
            return name;
        }
    }
}
