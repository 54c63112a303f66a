namespace MultiNet.Daemon.Events;

/// <summary>How fast events may be sent: some at once, then so many a second. Only one may wait at a time.</summary>
internal sealed class EventPace(TimeProvider time)
{
    private const double AtOnce = 50, EachSecond = 5;

    private double _left = AtOnce;
    private long _since = time.GetTimestamp();

    /// <summary>Waits until one may be sent.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        _left = Math.Min(AtOnce, _left + (time.GetElapsedTime(_since).TotalSeconds * EachSecond));
        _since = time.GetTimestamp();
        _left -= 1;
        if (_left < 0)
            await Task.Delay(TimeSpan.FromSeconds(-_left / EachSecond), time, cancellationToken).ConfigureAwait(false);
    }
}
