using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MultiNet.Delegates.Ipam.Dhcp.Daemon;

/// <summary>Waits on one thread for many descriptors and for one time (epoll(7)). Only <see cref="Stop"/> may be called from other threads.</summary>
internal sealed unsafe partial class EventLoop : IDisposable
{
    private const int CloseOnExec = 0x80000, NonBlocking = 0x800;
    private const int Add = 1, Delete = 2;
    private const uint Readable = 1;
    private const int Batch = 64, Interrupted = 4;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int s_eventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly SafeFileHandle _epoll;
    private readonly SafeFileHandle _stop;

    // By a number of its own each: the number of a descriptor that was closed may be another one's in the same batch.
    private readonly Dictionary<long, Action> _handlers = [];
    private long _last;

    /// <summary>Makes a loop that waits for nothing yet.</summary>
    /// <exception cref="IOException">The kernel gives no descriptors.</exception>
    public EventLoop()
    {
        _epoll = Handle(EpollCreate(CloseOnExec), "epoll_create1");
        _stop = Handle(EventDescriptor(0, CloseOnExec | NonBlocking), "eventfd");
        Watch((int)_stop.DangerousGetHandle(), () => IsStopped = true);
    }

    /// <summary>Was it asked to stop?</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Calls back whenever a descriptor can be read.</summary>
    /// <returns>The number for <see cref="Forget"/>.</returns>
    public long Watch(int descriptor, Action readable)
    {
        long number = ++_last;
        Control(Add, descriptor, number);
        _handlers.Add(number, readable);
        return number;
    }

    /// <summary>Ends a watch; before the descriptor is closed.</summary>
    public void Forget(long number, int descriptor)
    {
        if (_handlers.Remove(number))
            Control(Delete, descriptor, number);
    }

    /// <summary>Waits once, and calls back for what came.</summary>
    /// <param name="timeout">How long at most; null: until something comes.</param>
    public void RunOnce(TimeSpan? timeout)
    {
        // Up: a moment too late, not many times a moment too early.
        int milliseconds = timeout is { } wait ? (int)Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, int.MaxValue) : -1;
        byte* events = stackalloc byte[Batch * 16];
        int count = EpollWait(_epoll, events, Batch, milliseconds);
        if (count < 0 && Marshal.GetLastPInvokeError() != Interrupted)
            throw new IOException($"epoll_wait: {Marshal.GetLastPInvokeErrorMessage()}");
        for (int i = 0; i < count; i++)
        {
            byte* entry = events + i * s_eventSize;
            if (_handlers.TryGetValue(*(long*)(entry + s_eventSize - 8), out var handler))
                handler();
        }
    }

    /// <summary>Ends the waiting; from any thread.</summary>
    public void Stop()
    {
        ulong one = 1;
        Write(_stop, &one, sizeof(ulong));
    }

    /// <summary>Closes the loop's own descriptors.</summary>
    public void Dispose()
    {
        _epoll.Dispose();
        _stop.Dispose();
    }

    private void Control(int operation, int descriptor, long number)
    {
        byte* entry = stackalloc byte[16];
        *(uint*)entry = Readable;
        *(long*)(entry + s_eventSize - 8) = number;
        if (EpollControl(_epoll, operation, descriptor, entry) < 0)
            throw new IOException($"epoll_ctl: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static SafeFileHandle Handle(int descriptor, string what) => descriptor >= 0
        ? new SafeFileHandle(descriptor, ownsHandle: true)
        : throw new IOException($"{what}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(SafeFileHandle epoll, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(SafeFileHandle epoll, byte* events, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventDescriptor(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, void* data, nuint count);
}
