namespace MultiNet.Cni.Exec;

/// <summary>Why an executed plugin ended.</summary>
internal enum ExecEnd
{
    /// <summary>By itself.</summary>
    Exited,
    /// <summary>By a signal that was not ours.</summary>
    Signaled,
    /// <summary>We killed it at the deadline.</summary>
    DeadlinePassed,
    /// <summary>We killed it for what it printed.</summary>
    TooMuchOutput,
    /// <summary>Somebody else took its exit code.</summary>
    Unknown,
}
