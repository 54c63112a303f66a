namespace MultiNet.Kubernetes;

/// <summary>What a slice holds.</summary>
public sealed record ResourceSliceSpec
{
    /// <summary>The driver.</summary>
    public string Driver { get => field ?? ""; init; }

    /// <summary>The pool.</summary>
    public ResourcePool Pool { get => field ?? new(); init; }

    /// <summary>The devices.</summary>
    public IReadOnlyList<SliceDevice> Devices { get => field ?? []; init; }
}
