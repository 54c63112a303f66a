using System.Runtime.InteropServices;
using System.Text;

namespace MultiNet.Delegates.Masquerade;

/// <summary>
/// Runs one command of the system: no shell, a list of arguments, a deadline. It runs in the network namespace of the calling thread.
/// Input and output go through anonymous memory, so neither side can block the other.
/// </summary>
internal static partial class ToolRunner
{
    /// <summary>What a command left behind.</summary>
    /// <param name="ExitCode">Its exit code; 128 + n where signal n ended it.</param>
    /// <param name="Output">Its standard output.</param>
    /// <param name="Error">Its standard error, without the last line break.</param>
    public readonly record struct Outcome(int ExitCode, string Output, string Error);

    /// <summary>Runs a command and waits for its end.</summary>
    /// <param name="path">The executable's path.</param>
    /// <param name="arguments">Its arguments, without the name.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="deadline">How long it may take; then it is killed.</param>
    /// <exception cref="IOException">It could not be started.</exception>
    /// <exception cref="TimeoutException">It took longer.</exception>
    public static Outcome Run(string path, IReadOnlyList<string> arguments, string input, TimeSpan deadline)
    {
        using var stdin = MemoryFile.Create();
        using var stdout = MemoryFile.Create();
        using var stderr = MemoryFile.Create();
        stdin.Write(Encoding.UTF8.GetBytes(input));
        int pid = Spawn(path, arguments, stdin.Descriptor, stdout.Descriptor, stderr.Descriptor);
        int status = Wait(pid, path, deadline);
        int exitCode = (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
        return new Outcome(exitCode, stdout.ReadAll(), stderr.ReadAll().TrimEnd());
    }

    private static unsafe int Spawn(string path, IReadOnlyList<string> arguments, int stdin, int stdout, int stderr)
    {
        // posix_spawn_file_actions_t has 80 bytes in glibc and in musl.
        byte* actions = stackalloc byte[256];
        byte** argv = stackalloc byte*[arguments.Count + 2];
        byte** envp = stackalloc byte*[InheritedVariables.Length + 2];
        int arguments0 = 0, variables = 0;
        CheckStart(InitActions(actions), path);
        try
        {
            CheckStart(AddDuplicate(actions, stdin, 0), path);
            CheckStart(AddDuplicate(actions, stdout, 1), path);
            CheckStart(AddDuplicate(actions, stderr, 2), path);
            argv[arguments0++] = Text(path);
            foreach (string argument in arguments)
                argv[arguments0++] = Text(argument);
            argv[arguments0] = null;
            envp[variables++] = Text("LC_ALL=C");
            foreach (string name in InheritedVariables)
            {
                if (Environment.GetEnvironmentVariable(name) is { } value)
                    envp[variables++] = Text($"{name}={value}");
            }
            envp[variables] = null;
            int pid;
            CheckStart(PosixSpawn(&pid, argv[0], actions, null, argv, envp), path);
            return pid;
        }
        finally
        {
            for (int i = 0; i < arguments0; i++)
                Marshal.FreeCoTaskMem((nint)argv[i]);
            for (int i = 0; i < variables; i++)
                Marshal.FreeCoTaskMem((nint)envp[i]);
            _ = DestroyActions(actions);
        }
    }

    // What the tools of iptables look at, beside PATH.
    private static ReadOnlySpan<string> InheritedVariables => new[] { "PATH", "XTABLES_LIBDIR", "XTABLES_LOCKFILE" };

    private static unsafe byte* Text(string text) => (byte*)Marshal.StringToCoTaskMemUTF8(text);

    private static void CheckStart(int errno, string path)
    {
        if (errno != 0)
            throw new IOException($"cannot start {path}: {Marshal.GetPInvokeErrorMessage(errno)}");
    }

    private static unsafe int Wait(int pid, string path, TimeSpan deadline)
    {
        int status;
        int descriptor = (int)SystemCall(PidFdOpen, pid, 0);
        if (descriptor >= 0)
        {
            bool ended = WaitUntilReadable(descriptor, deadline);
            _ = CloseDescriptor(descriptor);
            if (!ended)
            {
                _ = Kill(pid, SignalKill);
                while (WaitPid(pid, &status, 0) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
                {
                }
                throw new TimeoutException($"{path} took longer than {deadline.TotalSeconds:0} seconds and was killed");
            }
        }
        // Before Linux 5.3 there is no descriptor for a process: then without a deadline.
        while (WaitPid(pid, &status, 0) < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno != Interrupted)
                throw new IOException($"cannot wait for {path}: {Marshal.GetPInvokeErrorMessage(errno)}");
        }
        return status;
    }

    private static unsafe bool WaitUntilReadable(int descriptor, TimeSpan deadline)
    {
        long end = Environment.TickCount64 + (long)deadline.TotalMilliseconds;
        while (true)
        {
            var poll = new PollDescriptor { Descriptor = descriptor, Events = PollIn };
            long left = Math.Max(0, end - Environment.TickCount64);
            int ready = Poll(&poll, 1, (int)left);
            if (ready > 0)
                return true;
            if (ready == 0)
                return false;
            if (Marshal.GetLastPInvokeError() != Interrupted)
                return true; // the blocking wait that follows tells
        }
    }

    /// <summary>A file in memory, without a name.</summary>
    private sealed class MemoryFile : IDisposable
    {
        private MemoryFile(int descriptor) => Descriptor = descriptor;

        public int Descriptor { get; }

        public static MemoryFile Create()
        {
            int descriptor = MemoryFileCreate("multinet", CloseOnExec);
            return descriptor >= 0
                ? new MemoryFile(descriptor)
                : throw new IOException($"cannot create a file in memory: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }

        public unsafe void Write(ReadOnlySpan<byte> data)
        {
            long offset = 0;
            fixed (byte* start = data)
            {
                while (offset < data.Length)
                {
                    nint written = WriteAt(Descriptor, start + offset, (nuint)(data.Length - offset), offset);
                    if (written <= 0)
                        throw new IOException("cannot write to a file in memory");
                    offset += written;
                }
            }
        }

        public unsafe string ReadAll()
        {
            using var all = new MemoryStream();
            Span<byte> buffer = stackalloc byte[4096];
            fixed (byte* start = buffer)
            {
                while (ReadAt(Descriptor, start, (nuint)buffer.Length, all.Length) is > 0 and var count)
                    all.Write(buffer[..(int)count]);
            }
            return Encoding.UTF8.GetString(all.GetBuffer(), 0, (int)all.Length);
        }

        public void Dispose() => _ = CloseDescriptor(Descriptor);
    }
}
