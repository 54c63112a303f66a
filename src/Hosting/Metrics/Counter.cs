using System.Text;

namespace MultiNet.Hosting.Metrics;

/// <summary>Numbers that only grow.</summary>
internal sealed class Counter(string name, string help, params string[] labels) : MetricFamily(name, help, labels)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StrongNumber> _series = [];

    /// <inheritdoc/>
    protected override string Type => "counter";

    /// <summary>Adds to a series.</summary>
    /// <param name="amount">How much; not negative.</param>
    /// <param name="values">The labels' values.</param>
    public void Add(double amount, params ReadOnlySpan<string> values)
    {
        lock (_lock)
            SeriesOf(_series, values).Value += Math.Max(0, amount);
    }

    /// <summary>The value of a series; 0 where there is none.</summary>
    public double Value(params ReadOnlySpan<string> values)
    {
        lock (_lock)
            return _series.TryGetValue(Key(values), out var found) ? found.Value : 0;
    }

    /// <inheritdoc/>
    protected override void WriteSeries(StringBuilder text)
    {
        lock (_lock)
        {
            // What never happened is worth saying, where it has one series only.
            if (_series.Count == 0 && Labels.Length == 0)
                Line(text, "", "", 0);
            foreach (var (key, number) in _series)
                Line(text, "", key, number.Value);
        }
    }

    private sealed class StrongNumber
    {
        public double Value { get; set; }
    }
}
