using System.Collections;
using System.Runtime.InteropServices;
using MultiNet.Cni;

namespace MultiNet.Daemon.HostProcesses;

/// <summary>
/// Runs programs of the host as the host would: in the mount and network namespaces of one of its processes, where the daemon itself is in a
/// container; by path as the host sees it, with a list of arguments and no shell. This is how the daemon gets anything done on the node:
/// it starts the host's <c>multinet</c> with a subcommand.
/// </summary>
internal sealed partial class HostProcess
{
    private const int Files = 0x200, CloseOnExec = 0x80000;

    // Mounts last: behind them the paths of /proc may be others.
    private static readonly (string Name, int Kind)[] s_namespaces = [("net", 0x40000000), ("mnt", 0x20000)];

    private readonly string _process;

    /// <param name="process">A process of the host: <c>/proc/1</c>. Where its namespaces are this process' own, nothing is entered.</param>
    public HostProcess(string process) => _process = process;

    /// <summary>The most that a program may print to the standard output, in bytes.</summary>
    public int LargestOutput { get; init; } = 4 * 1024 * 1024;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="path">The program, as the host sees it.</param>
    /// <param name="arguments">Its arguments, without the name.</param>
    /// <param name="patience">How long it may take; then it is killed, and its children with it.</param>
    /// <param name="input">Its standard input.</param>
    /// <returns>How it ended, with what it printed.</returns>
    /// <exception cref="CniException">Code 999: the host's namespaces cannot be entered, the program cannot be started, printed too much or took too long.</exception>
    public Task<CommandOutcome> RunAsync(string path, IReadOnlyList<string> arguments, TimeSpan patience, ReadOnlyMemory<byte> input = default)
    {
        var done = new TaskCompletionSource<CommandOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        // A new thread has the namespaces of the one that makes it. Whoever hears of the end wakes, or has the pool make, another thread: that
        // is not for the one that has entered the host, or parts of this process would stay there.
        var thread = new Thread(() => Await(path, arguments, patience, input, done), maxStackSize: 256 * 1024) { IsBackground = true, Name = "host process" };
        thread.UnsafeStart();
        return done.Task;
    }

    private void Await(string path, IReadOnlyList<string> arguments, TimeSpan patience, ReadOnlyMemory<byte> input, TaskCompletionSource<CommandOutcome> done)
    {
        CommandOutcome? outcome = null;
        CniException? error = null;
        // A thread of its own, which ends with it: it never comes back from the host's namespaces.
        var inside = new Thread(() => (outcome, error) = Run(path, arguments, patience, input), maxStackSize: 256 * 1024) { IsBackground = true, Name = "on the host" };
        inside.UnsafeStart();
        inside.Join();
        if (error is not null)
            done.SetException(error);
        else
            done.SetResult(outcome.GetValueOrDefault());
    }

    private (CommandOutcome? Outcome, CniException? Error) Run(string path, IReadOnlyList<string> arguments, TimeSpan patience, ReadOnlyMemory<byte> input)
    {
        try
        {
            EnterHost();
            return (SystemCommand.Run(path, arguments, Environment(), input, patience, LargestOutput), null);
        }
        catch (CniException e)
        {
            return (null, e);
        }
        catch (Exception e)
        {
            return (null, new CniException(CniErrorCode.Internal, $"cannot run {path} on the host: {e.Message}", $"by the namespaces of {_process}", e));
        }
    }

    private void EnterHost()
    {
        // All are opened before one is entered.
        var wanted = new List<(int Descriptor, int Kind, string Path)>();
        try
        {
            foreach (var (name, kind) in s_namespaces)
            {
                string path = $"{_process}/ns/{name}";
                if (new FileInfo(path).LinkTarget == new FileInfo($"/proc/thread-self/ns/{name}").LinkTarget)
                    continue;
                wanted.Add((Check(Open(path, CloseOnExec, 0), $"open {path}"), kind, path));
            }
            if (wanted.Count > 0)
                Check(Unshare(Files), "unshare the working directory"); // mounts may be changed only by a thread that shares it with none
            foreach (var (descriptor, kind, path) in wanted)
                Check(SetNamespace(descriptor, kind), $"enter {path}");
        }
        finally
        {
            foreach (var (descriptor, _, _) in wanted)
                Close(descriptor);
        }
    }

    // The daemon's own, but for what belongs to its container and its service account.
    private static List<string> Environment()
    {
        var variables = new List<string> { "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            string name = (string)variable.Key;
            if (name is "PATH" or "HOME" or "HOSTNAME" or "KUBECONFIG" || name.StartsWith("KUBERNETES_", StringComparison.Ordinal) || name.StartsWith("CNI_", StringComparison.Ordinal))
                continue;
            variables.Add($"{name}={variable.Value}");
        }
        return variables;
    }

    private int Check(int result, string what)
    {
        if (result >= 0)
            return result;
        throw new CniException(
            CniErrorCode.Internal, $"cannot enter the host: {what}: {Marshal.GetLastPInvokeErrorMessage()}",
            $"the daemon needs CAP_SYS_ADMIN, CAP_SYS_CHROOT and CAP_SYS_PTRACE, and must see the host's processes (hostPID) so that {_process} is one of them");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial void Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int descriptor, int kind);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);
}
