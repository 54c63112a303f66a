namespace MultiNet.Webhook.Serving;

/// <summary>A request that gets no review: another answer than 200, with a line for whoever reads the API server's log.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">What was wrong.</param>
internal sealed class HttpRefusalException(int status, string message) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>Has all of the request been read, so that the connection may go on? Whoever is told to wait should not have to connect anew.</summary>
    public bool IsRead { get; init; }
}
