namespace MultiNet.Delegates.DBus;

/// <summary>The kinds of failure of a message bus.</summary>
internal enum DBusProblem
{
    /// <summary>Nobody listens at the address.</summary>
    NoBus,
    /// <summary>Whoever listens refused us, broke off, or does not speak the protocol.</summary>
    Broken,
    /// <summary>No answer in time.</summary>
    Timeout,
    /// <summary>The call was answered with an error.</summary>
    Answer,
}
