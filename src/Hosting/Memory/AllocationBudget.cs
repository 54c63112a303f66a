namespace MultiNet.Hosting.Memory;

/// <summary>
/// Collects whenever so much was allocated. By itself the collector was seen to wait for some 40 MiB, whatever GCgen0size says, before it looks for the
/// first time, and again after each <see cref="MemoryTrim"/>: that was most of what a program held that needs ten. Thread-safe.
/// </summary>
/// <param name="bytes">How much may be allocated between two collections.</param>
internal sealed class AllocationBudget(long bytes)
{
    private long _last = GC.GetTotalAllocatedBytes();

    /// <summary>To be called where something was done that allocates: a review answered, an object of a list read. Costs less than a microsecond, as a rule.</summary>
    public void Check()
    {
        long now = GC.GetTotalAllocatedBytes(), last = Volatile.Read(ref _last);
        // One of those that come at the same time does it; the others go on.
        if (now - last >= bytes && Interlocked.CompareExchange(ref _last, now, last) == last)
            GC.Collect(1, GCCollectionMode.Forced, blocking: true);
    }
}
