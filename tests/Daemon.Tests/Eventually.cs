namespace MultiNet.Daemon.Tests;

/// <summary>Waits for what happens by itself.</summary>
internal static class Eventually
{
    /// <summary>Longer than anything takes on a machine that is busy.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Waits until it is so.</summary>
    public static async Task TrueAsync(Func<bool> condition, string what = "the condition")
    {
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, $"{what} did not come true in {Patience}");
            await Task.Delay(10);
        }
    }
}
