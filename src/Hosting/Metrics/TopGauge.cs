using System.Text;

namespace MultiNet.Hosting.Metrics;

/// <summary>Numbers of many things, of which those with the largest are told: a bound for what is kept by whoever asks.</summary>
/// <param name="name">As Prometheus names things.</param>
/// <param name="help">One line.</param>
/// <param name="most">How many series there are at most.</param>
/// <param name="labels">The names of the labels.</param>
internal sealed class TopGauge(string name, string help, int most, params string[] labels) : MetricFamily(name, help, labels)
{
    private Func<IReadOnlyList<(string[] Values, double Number)>>? _all;

    /// <inheritdoc/>
    protected override string Type => "gauge";

    /// <summary>Says where the numbers are.</summary>
    public void Set(Func<IReadOnlyList<(string[] Values, double Number)>> all) => _all = all;

    /// <inheritdoc/>
    protected override void WriteSeries(StringBuilder text)
    {
        var series = (_all?.Invoke() ?? []).ToArray();
        if (series.Length > most)
            Array.Sort(series, static (a, b) => a.Number != b.Number ? b.Number.CompareTo(a.Number) : CompareLabels(a.Values, b.Values));
        foreach (var (values, number) in series.AsSpan(0, Math.Min(series.Length, most)))
            Line(text, "", Key(values), number);
    }

    // The same ones each time, as long as nothing changes.
    private static int CompareLabels(string[] a, string[] b)
    {
        for (int i = 0; i < a.Length; i++)
        {
            if (string.CompareOrdinal(a[i], b[i]) is var order && order != 0)
                return order;
        }
        return 0;
    }
}
