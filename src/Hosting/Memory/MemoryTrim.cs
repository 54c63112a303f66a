using System.Runtime.InteropServices;

namespace MultiNet.Hosting.Memory;

/// <summary>
/// Gives memory back after work was done. The collector runs when new objects are wanted, so that what a burst of pods needed would stay with a
/// daemon that has nothing to do afterwards; the C library, with which TLS allocates, keeps what it was given, too.
/// </summary>
internal sealed partial class MemoryTrim(TimeProvider time) : IDaemonLoop
{
    // Less than this is not worth the milliseconds.
    private const long WorthIt = 1024 * 1024;

    /// <inheritdoc/>
    public string Name => "memory";

    /// <summary>How often it looks.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after the last work it collects once more.</summary>
    public TimeSpan PoolPatience { get; init; } = TimeSpan.FromSeconds(75);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping)
    {
        long before = 0, last = 0;
        bool isOver = true;
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
        {
            long allocated = GC.GetTotalAllocatedBytes();
            bool isWorthIt = allocated - before >= WorthIt;
            // Pools of arrays give back only what nobody has used for a minute, and only when it is collected.
            if (!isWorthIt && (isOver || time.GetElapsedTime(last) < PoolPatience))
                continue;
            isOver = !isWorthIt;
            (before, last) = (allocated, time.GetTimestamp());
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            _ = MallocTrim(0);
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keep);
}
