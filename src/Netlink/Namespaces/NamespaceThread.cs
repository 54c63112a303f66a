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
    private readonly object _jobs = new();
    private readonly SemaphoreSlim _given = new(0);
    private readonly SemaphoreSlim _finished = new(0);
    private readonly Thread _thread;
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
        _finished.Wait();
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
            _job = job;
            _given.Release();
            _finished.Wait();
            var failure = _failure;
            _failure = null;
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
            _stopped = true;
            _given.Release();
        }
        _thread.Join();
    }

    private void Work()
    {
        s_current = this;
        if (Libc.SetNamespace(_namespace.Number, Libc.CloneNewNet) < 0)
        {
            _failure = ExceptionDispatchInfo.Capture(
                new KernelException($"enter network namespace \"{_name}\"", Marshal.GetLastPInvokeError()));
            _finished.Release();
            return;
        }
        _finished.Release();
        while (true)
        {
            // A lock is not needed: the semaphores order what both threads see.
            _given.Wait();
            if (_stopped)
                return;
            try
            {
                _job!();
            }
            catch (Exception exception)
            {
                _failure = ExceptionDispatchInfo.Capture(exception);
            }
            _job = null;
            bool last = _stopped;
            _finished.Release();
            if (last)
                return;
        }
    }
}
