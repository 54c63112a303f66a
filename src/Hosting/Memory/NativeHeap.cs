using System.Runtime.InteropServices;

namespace MultiNet.Hosting.Memory;

/// <summary>The C library's heap, with which TLS allocates.</summary>
internal static partial class NativeHeap
{
    // malloc.h.
    private const int ArenaMax = -8;

    /// <summary>
    /// Lets all threads share one arena. By default each thread has its own, up to eight for each processor, and what one of them has freed no other may
    /// use: with many connections the same memory stands there several times. To be called before there are threads.
    /// </summary>
    public static void Share() => _ = MallocOption(ArenaMax, 1);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallocOption(int option, int value);
}
