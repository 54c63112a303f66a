using System.Runtime.InteropServices;

namespace MultiNet.Cni;

/// <summary>A file descriptor as a stream, without what Console and FileStream set up first. Does not own the descriptor.</summary>
internal sealed partial class DescriptorStream(int descriptor) : Stream
{
    private const int EIntr = 4, EAgain = 11;
    private const short PollIn = 1, PollOut = 4;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override unsafe int Read(Span<byte> buffer)
    {
        while (true)
        {
            nint read;
            fixed (byte* start = buffer)
                read = ReadDescriptor(descriptor, start, (nuint)buffer.Length);
            if (read >= 0)
                return (int)read;
            RetryOrThrow("read", PollIn);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            nint written;
            fixed (byte* start = buffer)
                written = WriteDescriptor(descriptor, start, (nuint)buffer.Length);
            if (written >= 0)
                buffer = buffer[(int)written..];
            else
                RetryOrThrow("write", PollOut);
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // Whoever started this process may have left its end of the pipe in non-blocking mode.
    private unsafe void RetryOrThrow(string what, short events)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error == EAgain)
        {
            var wait = new PollDescriptor { Descriptor = descriptor, Events = events };
            Poll(&wait, 1, -1);
        }
        else if (error != EIntr)
        {
            throw new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint ReadDescriptor(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteDescriptor(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);
}
