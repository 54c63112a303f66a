namespace MultiNet.Kubernetes;

/// <summary>How a watch notices that nothing comes any more, and how it comes back.</summary>
public sealed record WatchTimeouts
{
    /// <summary>
    /// The longest silence. The server sends a bookmark about once a minute; where nothing comes for longer, the connection is dead though
    /// nobody has closed it.
    /// </summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(2.5);

    /// <summary>How long the server is asked to keep a watch; up to twice that, at random, so that not all end at once.</summary>
    public TimeSpan Session { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The first pause after a failure; each further one is twice as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(0.8);

    /// <summary>The longest pause.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After this time without a failure, pauses start with the first again.</summary>
    public TimeSpan Healthy { get; init; } = TimeSpan.FromMinutes(2);
}
