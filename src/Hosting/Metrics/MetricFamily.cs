using System.Globalization;
using System.Text;

namespace MultiNet.Hosting.Metrics;

/// <summary>Series of one name that differ by their labels. Thread-safe.</summary>
internal abstract class MetricFamily
{
    /// <summary>So many series at most: labels come from outside. What is beyond is counted together, with <c>other</c> for each label.</summary>
    internal const int MostSeries = 500;

    private readonly string _name;
    private readonly string _help;

    /// <param name="name">As Prometheus names things: <c>multinet_errors_total</c>.</param>
    /// <param name="help">One line.</param>
    /// <param name="labels">The names of the labels.</param>
    protected MetricFamily(string name, string help, string[] labels)
    {
        _name = name;
        _help = help;
        Labels = labels;
    }

    /// <summary>The names of the labels.</summary>
    protected string[] Labels { get; }

    /// <summary><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</summary>
    protected abstract string Type { get; }

    /// <summary>Writes all series as text (the Prometheus exposition format 0.0.4).</summary>
    public void Write(StringBuilder text)
    {
        text.Append("# HELP ").Append(_name).Append(' ').Append(_help).Append("\n# TYPE ").Append(_name).Append(' ').Append(Type).Append('\n');
        WriteSeries(text);
    }

    /// <summary>Writes the series.</summary>
    protected abstract void WriteSeries(StringBuilder text);

    /// <summary>Writes a line.</summary>
    protected void Line(StringBuilder text, string suffix, string key, double value, string extra = "")
    {
        text.Append(_name).Append(suffix);
        if (key.Length > 0 || extra.Length > 0)
            text.Append('{').Append(key).Append(key.Length > 0 && extra.Length > 0 ? "," : "").Append(extra).Append('}');
        text.Append(' ').Append(double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    /// <summary>The labels as they are written: <c>network="default/blue",plugin="bridge"</c>.</summary>
    protected string Key(ReadOnlySpan<string> values)
    {
        if (values.Length != Labels.Length)
            throw new ArgumentException($"{_name} has {Labels.Length} labels, found {values.Length} values", nameof(values));
        var key = new StringBuilder(64);
        for (int i = 0; i < values.Length; i++)
        {
            key.Append(i > 0 ? "," : "").Append(Labels[i]).Append("=\"");
            Escape(key, values[i]);
            key.Append('"');
        }
        return key.ToString();
    }

    /// <summary>The series of the labels; that of <c>other</c> where there are too many.</summary>
    protected T SeriesOf<T>(Dictionary<string, T> series, ReadOnlySpan<string> values)
        where T : new()
    {
        string key = Key(values);
        if (series.TryGetValue(key, out var found))
            return found;
        if (series.Count >= MostSeries)
        {
            string[] others = new string[values.Length];
            Array.Fill(others, "other");
            key = Key(others);
            if (series.TryGetValue(key, out found))
                return found;
        }
        return series[key] = new T();
    }

    private static void Escape(StringBuilder text, string value)
    {
        foreach (char c in value.Length > 256 ? value.AsSpan(0, 256) : value)
        {
            if (c == '\n')
                text.Append("\\n");
            else if (c is '"' or '\\')
                text.Append('\\').Append(c);
            else
                text.Append(c);
        }
    }
}
