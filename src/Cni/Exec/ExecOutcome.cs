namespace MultiNet.Cni.Exec;

/// <summary>How an executed plugin ended.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Status">The exit code, or the number of the signal.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">The end of its standard error.</param>
internal readonly record struct ExecOutcome(ExecEnd End, int Status, ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> Errors)
{
    /// <summary>The end as the reference words it.</summary>
    public string Describe() => End switch
    {
        ExecEnd.Exited => $"exit status {Status}",
        ExecEnd.Signaled => $"killed by signal {SignalName.Of(Status)}",
        ExecEnd.DeadlinePassed => "killed at the deadline",
        ExecEnd.TooMuchOutput => $"killed after printing more than {ChildProcess.MaxPluginOutput} bytes",
        _ => "exit status unknown",
    };
}
