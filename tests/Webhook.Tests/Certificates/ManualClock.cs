namespace MultiNet.Webhook.Tests.Certificates;

/// <summary>A clock on the wall that a test turns.</summary>
internal sealed class ManualClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 11, 21, 9, 30, 0, TimeSpan.Zero);

    public DateTimeOffset Now => _now;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Pass(TimeSpan time) => _now += time;

    public void PassTo(DateTimeOffset time) => _now = time > _now ? time : _now;
}
