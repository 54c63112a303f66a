using System.Globalization;

namespace MultiNet.Cluster.Tests.Admission.Modern;

/// <summary>What the API server has counted.</summary>
/// <param name="text">Its metrics, in the text format of Prometheus.</param>
internal sealed class ApiCounters(string text)
{
    private readonly string[] _lines = text.Split('\n');

    /// <summary>The sum of a counter's samples that have all the labels: 0 where there are none.</summary>
    public int Of(string counter, params (string Key, string Value)[] labels) => _lines
        .Where(l => l.StartsWith(counter + "{", StringComparison.Ordinal) && labels.All(p => l.Contains($"{p.Key}=\"{p.Value}\"", StringComparison.Ordinal)))
        .Sum(l => (int)double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
