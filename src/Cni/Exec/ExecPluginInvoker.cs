using System.Runtime.InteropServices;
using MultiNet.Cni.Exec;

namespace MultiNet.Cni;

/// <summary>Runs plugins as executables found on <c>CNI_PATH</c> (CNI specification 1.1, section 2 "Execution protocol").</summary>
public sealed partial class ExecPluginInvoker : IPluginInvoker
{
    private readonly Action<ReadOnlyMemory<byte>> _copyErrors;
    private readonly Action<int> _pause;

    /// <summary>Makes an invoker; it keeps no state and may be used from several threads.</summary>
    /// <param name="errors">Where the plugins' standard error is copied; null for that of this process.</param>
    public ExecPluginInvoker(Stream? errors = null)
        : this(errors, Thread.Sleep)
    {
    }

    internal ExecPluginInvoker(Stream? errors, Action<int> pause)
    {
        _copyErrors = errors is null ? StandardError.Copy : bytes => CopyTo(errors, bytes);
        _pause = pause;
    }

    /// <summary>Called with the process id of each executable that was started, on the calling thread, before it gets its configuration.</summary>
    public Action<int>? OnStarted { get; init; }

    /// <inheritdoc/>
    public PluginSource Resolve(string type, IReadOnlyList<string> path) => new(type, PluginFile.Find(type, path));

    /// <inheritdoc/>
    public CniResult? Invoke(string type, CniCall call) => Run(PluginFile.Find(type, call.Path), call);

    /// <summary>Runs one executable.</summary>
    /// <returns>ADD: its result, in the version in which it printed it. Other verbs: null.</returns>
    /// <exception cref="CniException">The plugin's own error; code 6 for a result that cannot be decoded; code 11 where the file is being
    /// written; code 999 otherwise.</exception>
    public CniResult? Run(string executable, CniCall call)
    {
        ExecOutcome outcome;
        using (var spawn = Start(executable, call))
        {
            OnStarted?.Invoke(spawn.Process);
            outcome = new ChildProcess(spawn, call.Config, _copyErrors).Run(call.Deadline);
        }
        if (outcome is not { End: ExecEnd.Exited, Status: 0 })
            throw PluginError(executable, call, outcome);
        return call.Verb == CniVerb.Add ? ReadResult(executable, call, outcome) : null;
    }

    // While a plugin is being installed its file is open for writing and cannot be executed. The reference sleeps a second between
    // its attempts, and after the last one reports an empty success.
    private Spawn Start(string executable, CniCall call)
    {
        if (call.Deadline.HasPassed)
            throw new CniException(CniErrorCode.Internal, $"netplugin {Path.GetFileName(executable)} was not started: the deadline has passed", executable);
        var environment = ExecEnvironment.For(call);
        for (int pause = 10, waited = 0; ;)
        {
            if (Exec.Spawn.Start(executable, [], environment, out int error) is { } spawn)
                return spawn;
            string reason = Marshal.GetPInvokeErrorMessage(error);
            if (error != Libc.ETextBusy)
            {
                throw new CniException(
                    CniErrorCode.Internal, $"netplugin failed with no error message: fork/exec {executable}: {reason}",
                    error == Libc.ENoEnt ? "the file is there; what is missing is its interpreter (the #! line or the dynamic loader)" : "");
            }
            if (waited >= 6000 || call.Deadline.RemainingMilliseconds <= pause)
            {
                throw new CniException(
                    CniErrorCode.TryAgainLater, $"fork/exec {executable}: {reason}",
                    $"the file is still open for writing after {waited} ms: the plugin is being installed; try again later");
            }
            _pause(pause);
            waited += pause;
            pause = Math.Min(pause * 2, 1000);
        }
    }

    private static void CopyTo(Stream stream, ReadOnlyMemory<byte> bytes)
    {
        lock (stream)
            stream.Write(bytes.Span);
    }
}
