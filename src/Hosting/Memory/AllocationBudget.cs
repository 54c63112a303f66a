namespace MultiNet.Hosting.Memory;

/// <summary>
/// Collects whenever so much was allocated. By itself the collector was seen to wait for some 40 MiB, whatever GCgen0size says, before it looks for the
/// first time, and again after each <see cref="MemoryTrim"/>: that was most of what a program held that needs ten. Thread-safe.
/// </summary>
/// <param name="bytes">How much may be allocated between two collections.</param>
/// <param name="whole">
/// Each such collection is one of the whole heap. The others leave what was in use during two of them, such as requests of a busy moment, which is over by then.
/// </param>
internal sealed class AllocationBudget(long bytes, int whole)
{
    private long _last = GC.GetTotalAllocatedBytes();
    private int _collections;

    /// <summary>To be called where something was done that allocates: a review answered, an object of a list read. Costs less than a microsecond, as a rule.</summary>
    public void Check()
    {
        long now = GC.GetTotalAllocatedBytes(), last = Volatile.Read(ref _last);
        // One of those that come at the same time does it; the others go on.
        if (now - last >= bytes && Interlocked.CompareExchange(ref _last, now, last) == last)
            GC.Collect(++_collections % whole == 0 ? GC.MaxGeneration : 1, GCCollectionMode.Forced, blocking: true);
    }
}
