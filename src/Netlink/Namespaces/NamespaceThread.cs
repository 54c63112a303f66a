using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using MultiNet.Netlink.Native;

namespace MultiNet.Netlink.Namespaces;

/// <summary>
/// One thread inside a network namespace, for one job at a time. It enters the namespace when it starts and ends with its owner:
/// it is never lent out from a pool, so no other work ever finds itself in a foreign namespace.
/// </summary>
internal sealed class NamespaceThread : IDisposable
{
    // Enough for parsing done inside a job; the memory is only reserved.
    private const int StackSize = 1024 * 1024;

    [ThreadStatic]
    private static NamespaceThread? s_current;

    private readonly FileDescriptor _namespace;
    private readonly string _name;
    // One caller at a time; under it, the hand-over. A monitor, because semaphores and events spin before they sleep, and the
    // thread that spins here takes the processor from the one that works.
    private readonly object _jobs = new();
    private readonly object _handOver = new();
    private readonly Thread _thread;
    private bool _ready;
    private Action? _job;
    private ExceptionDispatchInfo? _failure;
    private bool _stopped;

    internal NamespaceThread(FileDescriptor @namespace, string name)
    {
        _namespace = @namespace;
        _name = name;
        _thread = new Thread(Work, StackSize) { IsBackground = true, Name = "netns" };
        // Without a flow of execution context no async-local state of the caller is kept alive.
        _thread.UnsafeStart();
        lock (_handOver)
        {
            while (!_ready)
                Monitor.Wait(_handOver);
        }
        if (_failure is { } failure)
        {
            _thread.Join();
            failure.Throw();
        }
    }

    /// <summary>The calling thread is one of these, of whatever namespace.</summary>
    internal static bool IsCurrentThread => s_current is not null;

    /// <summary>Runs the job on the thread and waits for it; what it throws is thrown here with its own stack.</summary>
    internal void Run(Action job)
    {
        // A job that asks for its own namespace again is already there.
        if (s_current == this)
        {
            job();
            return;
        }
        lock (_jobs)
        {
            ObjectDisposedException.ThrowIf(_stopped, typeof(NetworkNamespace));
            ExceptionDispatchInfo? failure;
            lock (_handOver)
            {
                _job = job;
                Monitor.PulseAll(_handOver);
                while (_job is not null)
                    Monitor.Wait(_handOver);
                failure = _failure;
                _failure = null;
            }
            failure?.Throw();
        }
    }

    public void Dispose()
    {
        // A job that disposes of its own namespace: whoever gave it holds the lock until it is done. The thread ends after it.
        if (s_current == this)
        {
            _stopped = true;
            return;
        }
        lock (_jobs)
        {
            if (_stopped)
                return;
            lock (_handOver)
            {
                _stopped = true;
                Monitor.PulseAll(_handOver);
            }
        }
        _thread.Join();
    }

    private void Work()
    {
        s_current = this;
        lock (_handOver)
        {
            bool entered = Libc.SetNamespace(_namespace.Number, Libc.CloneNewNet) == 0;
            if (!entered)
            {
                _failure = ExceptionDispatchInfo.Capture(
                    new KernelException($"enter network namespace \"{_name}\"", Marshal.GetLastPInvokeError()));
            }
            _ready = true;
            Monitor.PulseAll(_handOver);
            while (entered && !_stopped)
            {
                if (_job is null)
                {
                    Monitor.Wait(_handOver);
                    continue;
                }
                RunJob();
            }
        }
    }

    // Whoever gave the job sleeps until it is done, so holding the lock meanwhile keeps nobody.
    private void RunJob()
    {
        try
        {
            _job!();
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }
        _job = null;
        Monitor.PulseAll(_handOver);
    }
}
