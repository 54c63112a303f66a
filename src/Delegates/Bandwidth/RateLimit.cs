using MultiNet.Netlink;

namespace MultiNet.Delegates.Bandwidth;

/// <summary>A limit on one direction.</summary>
/// <param name="Rate">Bits per second, at least 8.</param>
/// <param name="Burst">Bits that may pass at once, at least 8; less than 8 times 2^32 - 1.</param>
internal sealed record RateLimit(ulong Rate, ulong Burst)
{
    private const int BitsPerByte = 8;
    private const double MicrosecondsPerSecond = 1_000_000;

    // How long a packet may wait, for the length of the queue. The reference's.
    private const double Latency = 25_000;

    // Some kernels keep the size of the bucket as nanoseconds in 32 bits and cut off what is more (net/sched/sch_tbf.c, tbf_change).
    private const double LongestBuffer = uint.MaxValue / 1000.0;

    /// <summary>The token bucket filter of the limit.</summary>
    /// <remarks>
    /// The reference's arithmetic, so that its CHECK finds what it expects; but where its 32 bit numbers begin again at zero,
    /// these stop at the largest.
    /// </remarks>
    public TokenBucket ToBucket(SchedulerClock clock)
    {
        ulong rate = Rate / BitsPerByte, burst = Burst / BitsPerByte;
        double waiting = Math.Truncate(rate * Latency / MicrosecondsPerSecond);
        return new TokenBucket(
            rate,
            Limit: (uint)Math.Min(waiting + burst, uint.MaxValue),
            Buffer: clock.Ticks(burst, rate));
    }

    /// <summary>Is the size of a bucket what the kernel makes of one that was asked for?</summary>
    public static bool IsBuffer(uint found, uint asked, SchedulerClock clock) =>
        found == asked || (asked > found && found == (uint)(LongestBuffer * clock.TicksPerMicrosecond));
}
