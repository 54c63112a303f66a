namespace MultiNet.Hosting;

/// <summary>A part of a daemon that runs by itself from start to end. Parts know nothing of each other but what they were given.</summary>
internal interface IDaemonLoop
{
    /// <summary>Its name in the log and in metrics: <c>status</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Runs until it is cancelled. What it throws is logged, and it is started again after a pause: it must be able to begin anew. One that
    /// returns before is done.
    /// </summary>
    Task RunAsync(CancellationToken stopping);
}
