namespace MultiNet.Daemon;

/// <summary>A part of the daemon that runs by itself from start to end. Parts know nothing of each other but what <see cref="NodeContext"/> has.</summary>
internal interface INodeLoop
{
    /// <summary>Its name in the log and in metrics: <c>status</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Runs until it is cancelled. What it throws is logged, and it is started again after a pause: it must be able to begin anew. One that
    /// returns before is done.
    /// </summary>
    Task RunAsync(CancellationToken stopping);
}
