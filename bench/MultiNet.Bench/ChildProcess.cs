using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MultiNet.Bench;

/// <summary>
/// Starts a program and waits for its end, with as little as possible between the clock and the program: posix_spawn (which does not
/// copy this process) and wait4, standard streams from and to files.
/// </summary>
internal static unsafe partial class ChildProcess
{
    private const int ReadOnly = 0;
    private const int WriteCreateTruncate = 0x241; // O_WRONLY | O_CREAT | O_TRUNC

    /// <summary>Runs a program.</summary>
    /// <param name="command">Its path and arguments.</param>
    /// <param name="environment">All of its environment, <c>NAME=value</c>.</param>
    /// <param name="input">The file that is its standard input.</param>
    /// <param name="output">The file that takes its standard output and error.</param>
    /// <returns>Its exit code (128 + n for signal n), and how long it lived.</returns>
    public static (int ExitCode, TimeSpan Duration) Run(IReadOnlyList<string> command, IReadOnlyList<string> environment, string input, string output)
    {
        using var arguments = new NativeStrings(command);
        using var variables = new NativeStrings(environment);
        var actions = stackalloc byte[256]; // posix_spawn_file_actions_t has 80 bytes in glibc
        Check(posix_spawn_file_actions_init(actions));
        Check(posix_spawn_file_actions_addopen(actions, 0, input, ReadOnly, 0));
        Check(posix_spawn_file_actions_addopen(actions, 1, output, WriteCreateTruncate, 0x1A4));
        Check(posix_spawn_file_actions_adddup2(actions, 1, 2));

        var started = Stopwatch.GetTimestamp();
        Check(posix_spawn(out var process, command[0], actions, null, arguments.Pointer, variables.Pointer));
        int status;
        while (waitpid(process, &status, 0) != process)
        {
        }

        var duration = Stopwatch.GetElapsedTime(started);
        Check(posix_spawn_file_actions_destroy(actions));
        return ((status & 0x7F) == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F), duration);
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"could not start a program: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn_file_actions_addopen(byte* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn(out int process, string path, byte* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc")]
    private static partial int waitpid(int process, int* status, int options);

    /// <summary>A null-terminated array of C strings.</summary>
    private sealed class NativeStrings : IDisposable
    {
        private readonly nint[] _strings;

        public NativeStrings(IReadOnlyList<string> values)
        {
            _strings = [.. values.Select(Marshal.StringToCoTaskMemUTF8), 0];
            Pointer = (byte**)NativeMemory.Alloc((nuint)_strings.Length, (nuint)sizeof(nint));
            _strings.CopyTo(new Span<nint>(Pointer, _strings.Length));
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            foreach (var text in _strings)
            {
                Marshal.FreeCoTaskMem(text);
            }

            NativeMemory.Free(Pointer);
        }
    }
}
