namespace MultiNet.Kubernetes;

/// <summary>
/// The time that the requests of one task have together. It is used up while it runs only, so that what happens between two rounds of
/// requests does not count.
/// </summary>
/// <param name="total">All of it.</param>
/// <param name="time">The clock.</param>
public sealed class TimeBudget(TimeSpan total, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _lock = new();
    private TimeSpan _used;
    private long _since;
    private bool _isRunning;

    /// <summary>All of it.</summary>
    public TimeSpan Total => total;

    /// <summary>What is left of it; zero when it is used up.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_lock)
            {
                var left = total - _used - (_isRunning ? _time.GetElapsedTime(_since) : TimeSpan.Zero);
                return left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
    }

    /// <summary>From now on it is used up.</summary>
    public void Start()
    {
        lock (_lock)
        {
            _since = _time.GetTimestamp();
            _isRunning = true;
        }
    }

    /// <summary>It rests.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            if (_isRunning)
                _used += _time.GetElapsedTime(_since);
            _isRunning = false;
        }
    }
}
