namespace MultiNet.Kubernetes;

/// <summary>An event (events.k8s.io/v1), as far as it is used here.</summary>
public sealed record Event : IKubernetesObject
{
    /// <summary><c>events.k8s.io/v1</c>.</summary>
    public string ApiVersion { get => field ?? ""; init; }

    /// <summary><c>Event</c>.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? new(); init; }

    /// <summary>When it was first seen: <c>2026-01-31T12:00:00.000000Z</c>, with six digits of the second (meta/v1 MicroTime).</summary>
    public string? EventTime { get; init; }

    /// <summary>How often it was seen again; null for never.</summary>
    public EventSeries? Series { get; init; }

    /// <summary>Who tells it: <c>multinetd</c>.</summary>
    public string? ReportingController { get; init; }

    /// <summary>Which of them: the node. At most 128 characters.</summary>
    public string? ReportingInstance { get; init; }

    /// <summary>What was done: <c>Attach</c>. At most 128 characters.</summary>
    public string? Action { get; init; }

    /// <summary>Why, for programs: <c>FailedAttachingNetworks</c>. At most 128 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>What it is about.</summary>
    public ObjectReference? Regarding { get; init; }

    /// <summary>For people; at most 1024 bytes.</summary>
    public string? Note { get; init; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public string? Type { get; init; }
}
