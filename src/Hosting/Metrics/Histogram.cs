using System.Globalization;
using System.Text;

namespace MultiNet.Hosting.Metrics;

/// <summary>How long things take, in seconds.</summary>
internal sealed class Histogram(string name, string help, params string[] labels) : MetricFamily(name, help, labels)
{
    // An attachment takes one millisecond, or, by a plugin that waits for another machine, a minute.
    private static readonly double[] s_bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Series> _series = [];

    /// <inheritdoc/>
    protected override string Type => "histogram";

    /// <summary>Counts a duration.</summary>
    public void Observe(TimeSpan duration, params ReadOnlySpan<string> values)
    {
        double seconds = Math.Max(0, duration.TotalSeconds);
        int bucket = 0;
        while (bucket < s_bounds.Length && seconds > s_bounds[bucket])
            bucket++;
        lock (_lock)
        {
            var series = SeriesOf(_series, values);
            series.Buckets[bucket]++;
            series.Sum += seconds;
        }
    }

    /// <inheritdoc/>
    protected override void WriteSeries(StringBuilder text)
    {
        lock (_lock)
        {
            foreach (var (key, series) in _series)
            {
                long count = 0;
                for (int i = 0; i <= s_bounds.Length; i++)
                {
                    count += series.Buckets[i];
                    string bound = i < s_bounds.Length ? s_bounds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
                    Line(text, "_bucket", key, count, $"le=\"{bound}\"");
                }
                Line(text, "_sum", key, series.Sum);
                Line(text, "_count", key, count);
            }
        }
    }

    private sealed class Series
    {
        public long[] Buckets { get; } = new long[s_bounds.Length + 1];

        public double Sum { get; set; }
    }
}
