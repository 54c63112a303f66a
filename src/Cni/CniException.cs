namespace MultiNet.Cni;

/// <summary>An expected failure, as the CNI error object that the caller gets (CNI specification 1.1, section "Error").</summary>
public sealed class CniException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="code">The specification's code, or a plugin's own from 100 up.</param>
    /// <param name="message">One line: what failed, and where.</param>
    /// <param name="details">What was found, what was expected, what to do. May be empty.</param>
    /// <param name="inner">The cause, if another exception is.</param>
    public CniException(CniErrorCode code, string message, string details = "", Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Details = details;
    }

    /// <summary>The specification's code.</summary>
    public CniErrorCode Code { get; }

    /// <summary>What was found, what was expected, what to do. May be empty.</summary>
    public string Details { get; }

    /// <summary>The message, with the details in parentheses where there are any.</summary>
    public string Text => Details.Length == 0 ? Message : $"{Message} ({Details})";

    /// <summary>The same error with <paramref name="prefix"/> before its message.</summary>
    public CniException Prefixed(string prefix) => new(Code, prefix + Message, Details, this);
}
