namespace MultiNet.Daemon.Statuses;

/// <summary>What came of a status.</summary>
internal enum StatusOutcomeKind
{
    /// <summary>It is written, or a newer one of the same pod is.</summary>
    Written,

    /// <summary>The pod is gone, or another one has its name.</summary>
    Gone,

    /// <summary>The API server will never take it.</summary>
    Refused,

    /// <summary>Nobody wants it any more: the sandbox was released.</summary>
    Dropped,
}
