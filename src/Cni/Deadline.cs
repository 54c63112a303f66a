namespace MultiNet.Cni;

/// <summary>A point in time (of the monotonic clock) by which something must have ended; the default value is never.</summary>
public readonly record struct Deadline
{
    private readonly long _milliseconds; // of Environment.TickCount64, plus one so that 0 is never

    private Deadline(long milliseconds) => _milliseconds = milliseconds;

    /// <summary>No deadline.</summary>
    public static Deadline None => default;

    /// <summary>From now; a negative duration has already passed.</summary>
    public static Deadline After(TimeSpan duration) =>
        new(Math.Max(1, Environment.TickCount64 + (long)Math.Clamp(duration.TotalMilliseconds, -1, TimeSpan.FromDays(365).TotalMilliseconds) + 1));

    /// <summary>Is there none?</summary>
    public bool IsNone => _milliseconds == 0;

    /// <summary>Has it passed?</summary>
    public bool HasPassed => !IsNone && RemainingMilliseconds == 0;

    /// <summary>Milliseconds left, never negative; <see cref="int.MaxValue"/> where there is no deadline.</summary>
    public int RemainingMilliseconds =>
        IsNone ? int.MaxValue : (int)Math.Clamp(_milliseconds - 1 - Environment.TickCount64, 0, int.MaxValue);

    /// <summary>An earlier deadline that leaves the given share of what remains; none stays none.</summary>
    internal Deadline Leaving(double share) =>
        IsNone ? this : After(TimeSpan.FromMilliseconds(RemainingMilliseconds * (1 - share)));
}
