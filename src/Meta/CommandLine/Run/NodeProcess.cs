using System.Collections;
using System.Runtime.InteropServices;
using MultiNet.Cni;

namespace MultiNet.Meta.CommandLine.Run;

/// <summary>
/// Puts this process into a node of the trial's own: a network namespace for bridges and rules, and a mount namespace in which
/// <c>/var/lib/cni</c> is a folder of the trial. Namespaces belong to threads, so the process executes itself again: afterwards every thread,
/// and every plugin that is executed, is inside.
/// </summary>
internal static partial class NodeProcess
{
    /// <summary>Where plugins keep their state: inside, a folder of the trial.</summary>
    public const string PlaceOfState = "/var/lib/cni";

    // In the environment of a process that is inside: the descriptor of the mount namespace that it came from.
    private const string Marker = "MULTINET_RUN_OUTER_MOUNTS";
    private const string OwnMounts = "/proc/self/ns/mnt";

    private const int ReadOnly = 0, CloseOnExec = 0x80000;
    private const int NewNet = 0x40000000, NewMounts = 0x20000, Files = 0x200;
    private const nuint Bind = 0x1000, Recursive = 0x4000, Slave = 0x80000;

    /// <summary>Is the process inside already?</summary>
    public static bool IsInside => Environment.GetEnvironmentVariable(Marker) is not null;

    /// <summary>Goes inside and starts the program again with the same arguments: does not return.</summary>
    /// <param name="networkNamespace">The node's network namespace.</param>
    /// <param name="state">The folder to be seen as <c>/var/lib/cni</c>.</param>
    /// <exception cref="CniException">A system call was refused; nothing has changed for other processes.</exception>
    public static void EnterAndRestart(string networkNamespace, string state)
    {
        Directory.CreateDirectory(state);
        // The mount point must be there.
        Directory.CreateDirectory(PlaceOfState);
        int outer = Check(Open(OwnMounts, ReadOnly), "open " + OwnMounts);
        // From here on some threads are inside and some are not: what is undone after a failure is undone outside.
        Environment.SetEnvironmentVariable(Marker, outer.ToString());
        int network = Check(Open(networkNamespace, ReadOnly | CloseOnExec), "open " + networkNamespace);
        Check(SetNamespace(network, NewNet), "enter " + networkNamespace);
        Check(Unshare(NewMounts), "unshare the mount namespace");
        // Slave: namespaces that are made outside later are seen here, and what is mounted here is not seen outside.
        Check(Mount("none", "/", null, Recursive | Slave, 0), "detach the mounts");
        Check(Mount(state, PlaceOfState, null, Bind, 0), $"bind {state} to {PlaceOfState}");

        var environment = new List<string?>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            environment.Add($"{variable.Key}={variable.Value}");
        environment.Add(null);
        // As the process was started, so that it works below "dotnet multinet.dll" too.
        var arguments = new List<string?>(File.ReadAllText("/proc/self/cmdline").TrimEnd('\0').Split('\0')) { null };
        string program = File.ResolveLinkTarget("/proc/self/exe", returnFinalTarget: false)!.FullName;
        Execute(program, [.. arguments], [.. environment]);
        Check(-1, "execute " + program);
    }

    /// <summary>Does something in the mount namespace that the process came from, or here where it never left.</summary>
    public static void OutsideOfMounts(Action action)
    {
        if (Environment.GetEnvironmentVariable(Marker) is not { } marker)
        {
            action();
            return;
        }
        Exception? failure = null;
        // A thread may change its mounts only when it shares no working directory with others; afterwards it is good for nothing else.
        var thread = new Thread(() =>
        {
            try
            {
                Check(Unshare(Files), "unshare the working directory");
                Check(SetNamespace(int.Parse(marker), NewMounts), "return to the outer mount namespace");
                action();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.UnsafeStart();
        thread.Join();
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    private static int Check(int result, string what)
    {
        if (result >= 0)
            return result;
        string error = Marshal.GetLastPInvokeErrorMessage();
        throw new CniException(
            CniErrorCode.Internal, $"cannot make a node for the trial: {what}: {error}",
            "it needs CAP_SYS_ADMIN and CAP_NET_ADMIN; \"--host\" does without a node, in the network of this machine");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int descriptor, int kind);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string? type, nuint flags, nint data);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments, string?[] environment);
}
