namespace MultiNet.Hosting.Logging;

/// <summary>What a line of the log is about; fields that are null are left out.</summary>
internal readonly record struct LogSubject
{
    /// <summary>The pod: <c>namespace/name</c>.</summary>
    public string? Pod { get; init; }

    /// <summary>The pod's UID.</summary>
    public string? PodUid { get; init; }

    /// <summary>The container's id.</summary>
    public string? Container { get; init; }

    /// <summary>The network.</summary>
    public string? Network { get; init; }

    /// <summary>The part of the daemon.</summary>
    public string? Part { get; init; }
}
