namespace MultiNet.Cni.Exec;

/// <summary>Copies plugins' standard error to ours, and drops it where nobody reads: a full pipe must not stop an attachment.</summary>
internal static unsafe class StandardError
{
    private const int AtOnce = 4096; // what poll promises to fit into a pipe

    internal static void Copy(ReadOnlyMemory<byte> bytes)
    {
        var rest = bytes.Span;
        while (!rest.IsEmpty)
        {
            var wait = new PollDescriptor { Descriptor = 2, Events = Libc.PollOut };
            if (Libc.Poll(&wait, 1, 100) <= 0 || (wait.Returned & Libc.PollOut) == 0)
                return;
            nint written;
            fixed (byte* start = rest)
                written = Libc.Write(2, start, (nuint)Math.Min(rest.Length, AtOnce));
            if (written <= 0)
                return;
            rest = rest[(int)written..];
        }
    }
}
