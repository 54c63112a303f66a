using System.Runtime.InteropServices;
using MultiNet.Cni.Exec;

namespace MultiNet.Cni;

/// <summary>
/// Runs one command of the system as plugins are run: no shell, a list of arguments, a deadline, a process group of its own, and the
/// signals that a new process expects. It runs in the network namespace of the calling thread.
/// </summary>
public static class SystemCommand
{
    // A node with thousands of services has some ten megabytes of iptables rules.
    private const int DefaultMaxOutput = 256 * 1024 * 1024;

    /// <summary>Runs a command and waits for its end.</summary>
    /// <param name="path">The executable's path.</param>
    /// <param name="arguments">Its arguments, without the name.</param>
    /// <param name="environment">Its environment, all of it: <c>NAME=value</c>.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="timeout">How long it may take; then it is killed, and its children with it.</param>
    /// <param name="maxOutput">The most that it may print, in bytes; then it is killed.</param>
    /// <exception cref="IOException">It could not be started, printed more, or its end is not known.</exception>
    /// <exception cref="TimeoutException">It took longer.</exception>
    public static CommandOutcome Run(
        string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, ReadOnlyMemory<byte> input, TimeSpan timeout,
        int maxOutput = DefaultMaxOutput)
    {
        using var spawn = Spawn.Start(path, arguments, environment, out int error)
            ?? throw new IOException($"cannot start {path}: {Marshal.GetPInvokeErrorMessage(error)}");
        var outcome = new ChildProcess(spawn, input, copyErrors: null, maxOutput).Run(Deadline.After(timeout));
        return outcome.End switch
        {
            ExecEnd.Exited => new CommandOutcome(outcome.Status, outcome.Output, outcome.Errors),
            ExecEnd.Signaled => new CommandOutcome(128 + outcome.Status, outcome.Output, outcome.Errors),
            ExecEnd.DeadlinePassed => throw new TimeoutException($"{path} took longer than {timeout.TotalSeconds:0} seconds and was killed"),
            ExecEnd.TooMuchOutput => throw new IOException($"{path} printed more than {maxOutput} bytes and was killed"),
            _ => throw new IOException($"cannot wait for {path}: its exit code was taken by somebody else"),
        };
    }
}
