using System.Runtime.InteropServices;
using System.Text;

namespace MultiNet.Cni.Exec;

/// <summary>
/// Starts an executable with pipes on its three standard streams, in a process group of its own, from the calling thread: the plugin
/// inherits this thread's network namespace. posix_spawn copies no page tables, so it costs the same however large this process is.
/// </summary>
internal sealed unsafe class Spawn : IDisposable
{
    private Spawn(int process, int input, int output, int errors, int processDescriptor)
    {
        Process = process;
        Input = input;
        Output = output;
        Errors = errors;
        ProcessDescriptor = processDescriptor;
    }

    /// <summary>The process id, which is also the id of its group.</summary>
    internal int Process { get; }

    /// <summary>Our end of its standard input; -1 when closed.</summary>
    internal int Input { get; private set; }

    /// <summary>Our end of its standard output; -1 when closed.</summary>
    internal int Output { get; private set; }

    /// <summary>Our end of its standard error; -1 when closed.</summary>
    internal int Errors { get; private set; }

    /// <summary>Becomes readable when the process ends; -1 where the kernel has none (before 5.3).</summary>
    internal int ProcessDescriptor { get; private set; }

    /// <summary>Starts.</summary>
    /// <param name="path">The executable.</param>
    /// <param name="arguments">Its arguments, without the name.</param>
    /// <param name="environment">Its environment: <c>NAME=value</c>.</param>
    /// <param name="error">The error number where it could not be started.</param>
    /// <returns>Null where it could not be started.</returns>
    internal static Spawn? Start(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, out int error)
    {
        PrepareSignals();
        int* pipes = stackalloc int[6];
        for (int i = 0; i < 6; i++)
            pipes[i] = -1;
        int process = 0;
        error = OpenPipes(pipes);
        if (error == 0)
            error = StartWith(path, arguments, environment, pipes, &process);
        CloseAll(pipes[0], pipes[3], pipes[5]);
        if (error != 0)
        {
            CloseAll(pipes[1], pipes[2], pipes[4]);
            return null;
        }
        return new Spawn(process, pipes[1], pipes[2], pipes[4], (int)Libc.PidFdOpen(434, process, 0));
    }

    internal void CloseInput()
    {
        CloseAll(Input);
        Input = -1;
    }

    internal void CloseOutput()
    {
        CloseAll(Output);
        Output = -1;
    }

    internal void CloseErrors()
    {
        CloseAll(Errors);
        Errors = -1;
    }

    public void Dispose()
    {
        CloseInput();
        CloseOutput();
        CloseErrors();
        CloseAll(ProcessDescriptor);
        ProcessDescriptor = -1;
    }

    private static int OpenPipes(int* pipes)
    {
        for (int i = 0; i < 3; i++)
        {
            if (Libc.Pipe2(pipes + 2 * i, Libc.CloseOnExec) != 0)
                return Marshal.GetLastPInvokeError();
        }
        foreach (int own in (ReadOnlySpan<int>)[pipes[1], pipes[2], pipes[4]])
        {
            if (Libc.Fcntl(own, Libc.SetStatusFlags, Libc.NonBlocking) != 0)
                return Marshal.GetLastPInvokeError();
        }
        return 0;
    }

    private static int StartWith(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, int* pipes, int* process)
    {
        // The C library's structures are 80 and 336 bytes; their insides are its own business.
        long* actions = stackalloc long[64];
        long* attributes = stackalloc long[64];
        long* none = stackalloc long[16];
        long* defaults = stackalloc long[16];
        Libc.SigEmptySet(none);
        Libc.SigEmptySet(defaults);
        // .NET ignores SIGPIPE, and what is ignored is inherited; handlers are reset by exec itself.
        Libc.SigAddSet(defaults, Libc.SigPipe);
        // Each returns an error number; the only one possible is that of no memory.
        int error = Libc.SpawnActionsInit(actions)
            | Libc.SpawnAttributesInit(attributes)
            | Libc.SpawnActionsAddDup2(actions, pipes[0], 0)
            | Libc.SpawnActionsAddDup2(actions, pipes[3], 1)
            | Libc.SpawnActionsAddDup2(actions, pipes[5], 2)
            | Libc.SpawnAttributesSetSignalMask(attributes, none)
            | Libc.SpawnAttributesSetSignalDefaults(attributes, defaults)
            | Libc.SpawnAttributesSetGroup(attributes, 0)
            | Libc.SpawnAttributesSetFlags(attributes, Libc.SpawnSetGroup | Libc.SpawnSetSignalDefaults | Libc.SpawnSetSignalMask);
        if (error != 0)
            return error;
        byte* strings = null;
        try
        {
            strings = Pack([path, .. arguments], environment, out byte** words, out byte** variables);
            return Libc.Spawn(process, words[0], actions, attributes, words, variables);
        }
        finally
        {
            NativeMemory.Free(strings);
            Libc.SpawnAttributesDestroy(attributes);
            Libc.SpawnActionsDestroy(actions);
        }
    }

    // One block: the two vectors, then the strings to which they point.
    private static byte* Pack(ReadOnlySpan<string> words, IReadOnlyList<string> environment, out byte** arguments, out byte** variables)
    {
        int vectors = (words.Length + environment.Count + 2) * sizeof(byte*);
        int size = vectors;
        foreach (string word in words)
            size += Encoding.UTF8.GetByteCount(word) + 1;
        foreach (string variable in environment)
            size += Encoding.UTF8.GetByteCount(variable) + 1;
        byte* block = (byte*)NativeMemory.Alloc((nuint)size);
        arguments = (byte**)block;
        variables = arguments + words.Length + 1;
        var rest = new Span<byte>(block, size)[vectors..];
        for (int i = 0; i < words.Length; i++)
            arguments[i] = Append(words[i], ref rest);
        arguments[words.Length] = null;
        for (int i = 0; i < environment.Count; i++)
            variables[i] = Append(environment[i], ref rest);
        variables[environment.Count] = null;
        return block;
    }

    private static byte* Append(string text, ref Span<byte> rest)
    {
        byte* start = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(rest));
        int length = Encoding.UTF8.GetBytes(text, rest);
        rest[length] = 0;
        rest = rest[(length + 1)..];
        return start;
    }

    // If whoever started this process ignores SIGCHLD, the kernel would take the exit code away; if SIGPIPE kills, a plugin that
    // does not read its input would kill us. Both are looked at, and changed only where they are so: the .NET runtime has handlers of its own.
    private static void PrepareSignals()
    {
        long* action = stackalloc long[32];
        if (Libc.SigAction(Libc.SigChld, null, action) == 0 && action[0] == 1)
            Libc.Signal(Libc.SigChld, 0);
        if (Libc.SigAction(Libc.SigPipe, null, action) == 0 && action[0] == 0)
            Libc.Signal(Libc.SigPipe, 1);
    }

    private static void CloseAll(params ReadOnlySpan<int> descriptors)
    {
        foreach (int descriptor in descriptors)
        {
            if (descriptor >= 0)
                Libc.Close(descriptor);
        }
    }
}
