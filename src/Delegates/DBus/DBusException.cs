namespace MultiNet.Delegates.DBus;

/// <summary>A message bus that cannot be used, or a call that was answered with an error.</summary>
internal sealed class DBusException : Exception
{
    /// <summary>Something failed.</summary>
    /// <param name="problem">What.</param>
    /// <param name="message">The words.</param>
    /// <param name="errorName"><see cref="ErrorName"/>.</param>
    /// <param name="cause">What it comes from.</param>
    public DBusException(DBusProblem problem, string message, string errorName = "", Exception? cause = null)
        : base(message, cause)
    {
        Problem = problem;
        ErrorName = errorName;
    }

    /// <summary>What failed.</summary>
    public DBusProblem Problem { get; }

    /// <summary>The error's name on the bus (<c>org.freedesktop.DBus.Error.ServiceUnknown</c>) where the call was answered with one; else empty.</summary>
    public string ErrorName { get; }
}
