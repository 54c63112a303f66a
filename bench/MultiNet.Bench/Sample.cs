namespace MultiNet.Bench;

/// <summary>The durations of one thing, measured many times.</summary>
/// <param name="Name">What was measured.</param>
internal sealed record Sample(string Name)
{
    private readonly List<double> _milliseconds = [];

    /// <summary>How often it was measured.</summary>
    public int Count => _milliseconds.Count;

    /// <summary>Half of the runs took less, in milliseconds.</summary>
    public double Median => Percentile(0.5);

    /// <summary>Nine of ten runs took less, in milliseconds.</summary>
    public double P90 => Percentile(0.9);

    /// <summary>The fastest run, in milliseconds.</summary>
    public double Least => Percentile(0);

    /// <summary>Adds a run.</summary>
    public void Add(TimeSpan duration) => _milliseconds.Add(duration.TotalMilliseconds);

    private double Percentile(double part)
    {
        var sorted = _milliseconds.Order().ToList();
        return sorted[(int)Math.Round((sorted.Count - 1) * part)];
    }
}
