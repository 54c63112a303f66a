namespace MultiNet.Meta.Logging;

/// <summary>The levels of <c>logLevel</c>; each holds those before it.</summary>
public enum MetaLogLevel
{
    /// <summary>Nothing is logged: this program answers even a bug with an error object. The default, as in Multus.</summary>
    Panic,

    /// <summary>What failed.</summary>
    Error,

    /// <summary>What was attached and released.</summary>
    Verbose,

    /// <summary>Each step.</summary>
    Debug,
}
