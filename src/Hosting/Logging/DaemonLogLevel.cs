namespace MultiNet.Hosting.Logging;

/// <summary>The levels of <c>logLevel</c>; each holds those after it.</summary>
internal enum DaemonLogLevel
{
    /// <summary>Each question and answer.</summary>
    Debug,

    /// <summary>What was attached, released and written.</summary>
    Info,

    /// <summary>What went wrong and is tried again.</summary>
    Warning,

    /// <summary>What needs somebody.</summary>
    Error,
}
