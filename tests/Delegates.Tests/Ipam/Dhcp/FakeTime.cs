namespace MultiNet.Delegates.Tests.Ipam.Dhcp;

/// <summary>A clock that goes only when it is told to.</summary>
internal sealed class FakeTime : TimeProvider
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public TimeSpan Elapsed { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => s_start + Elapsed;

    public void Advance(TimeSpan time) => Elapsed += time;
}
