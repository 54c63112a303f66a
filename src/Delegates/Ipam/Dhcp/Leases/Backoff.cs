namespace MultiNet.Delegates.Ipam.Dhcp.Leases;

/// <summary>
/// The pauses between sendings of one message: 4 s, doubled each time, and up to a second more or less, so that clients that started together
/// drift apart (RFC 2131, 4.1). Three shorter ones come before: a port that has just come up loses the first messages, and a pod is waiting.
/// </summary>
internal struct Backoff(TimeSpan longest)
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(500);

    private TimeSpan _next = s_first;

    /// <summary>The next pause.</summary>
    public TimeSpan Next()
    {
        var pause = _next < longest ? _next : longest;
        _next = pause * 2;
        double spread = Math.Min(1, pause.TotalSeconds / 4);
        return pause + TimeSpan.FromSeconds(spread * (2 * Random.Shared.NextDouble() - 1));
    }
}
