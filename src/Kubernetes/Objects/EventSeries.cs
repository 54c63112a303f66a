namespace MultiNet.Kubernetes;

/// <summary>How often an event was seen (events.k8s.io/v1 EventSeries).</summary>
public sealed record EventSeries
{
    /// <summary>How often so far, 2 or more.</summary>
    public int Count { get; init; }

    /// <summary>When last, as <see cref="Event.EventTime"/>.</summary>
    public string LastObservedTime { get => field ?? ""; init; }
}
