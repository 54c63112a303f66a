using System.Diagnostics;

namespace MultiNet.Delegates.Tests.Ipam.Dhcp;

/// <summary>Waits for what another process or thread does.</summary>
internal static class Wait
{
    public static void Until(Func<bool> condition, string what, int seconds = 60)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds < seconds, $"not within {seconds} s: {what}");
            Thread.Yield();
        }
    }
}
