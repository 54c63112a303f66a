using System.Text;

namespace MultiNet.Hosting.Metrics;

/// <summary>Everything that a daemon counts.</summary>
internal abstract class MetricSet
{
    /// <summary>What a body of metrics is: the Prometheus exposition format 0.0.4.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly List<MetricFamily> _families = [];

    /// <summary>All of it as text.</summary>
    public string Text()
    {
        var text = new StringBuilder(4096);
        foreach (var family in _families)
            family.Write(text);
        return text.ToString();
    }

    /// <summary>Takes a family in; it is written in the order of this.</summary>
    protected T Add<T>(T family)
        where T : MetricFamily
    {
        _families.Add(family);
        return family;
    }
}
