using System.Text;

namespace MultiNet.Hosting.Metrics;

/// <summary>Numbers that are looked up when somebody asks.</summary>
internal sealed class Gauge(string name, string help, params string[] labels) : MetricFamily(name, help, labels)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Func<double>> _series = [];

    /// <inheritdoc/>
    protected override string Type => "gauge";

    /// <summary>Says where the number of a series is.</summary>
    public void Set(Func<double> number, params ReadOnlySpan<string> values)
    {
        lock (_lock)
            _series[Key(values)] = number;
    }

    /// <inheritdoc/>
    protected override void WriteSeries(StringBuilder text)
    {
        lock (_lock)
        {
            foreach (var (key, number) in _series)
                Line(text, "", key, number());
        }
    }
}
