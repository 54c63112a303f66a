namespace MultiNet.Kubernetes;

/// <summary>How often and how long a request is tried again.</summary>
public sealed record RetryPolicy
{
    /// <summary>Once, whatever comes of it.</summary>
    public static RetryPolicy Once { get; } = new() { Attempts = 1 };

    /// <summary>Attempts in all, at least 1.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The pause after the first attempt; each further one is twice as long, up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause, except where the server names a longer one.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// What all requests together may take; null for no end. An attempt ends with it, and a pause that would not fit is not begun: the failure
    /// at hand is what the caller hears.
    /// </summary>
    public TimeBudget? Budget { get; init; }

    /// <summary>How long the next attempt may take.</summary>
    internal TimeSpan Patience => Budget is { } budget && budget.Left < AttemptTimeout ? budget.Left : AttemptTimeout;

    /// <summary>Is there time for a pause of this length and another attempt?</summary>
    internal bool HasTimeFor(TimeSpan pause) => Budget is null || Budget.Left > pause;

    /// <summary>The pause after an attempt (1, 2, ...): with jitter, so that a thousand nodes do not come back at the same moment.</summary>
    internal TimeSpan PauseAfter(int attempt)
    {
        double full = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, attempt - 1), LongestPause.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
