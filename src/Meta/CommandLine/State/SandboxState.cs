using MultiNet.Meta.Journal;

namespace MultiNet.Meta.CommandLine.State;

/// <summary>A sandbox of the node.</summary>
/// <param name="Journal">Its journal.</param>
/// <param name="WhyGone">Why its network namespace is gone, so that nobody uses what it has; null where it is there.</param>
internal sealed record SandboxState(SandboxJournal Journal, string? WhyGone)
{
    /// <summary>Is its network namespace gone?</summary>
    public bool IsOrphan => WhyGone is not null;

    /// <summary>The pod, or the container where the runtime named none.</summary>
    public string Name => Journal.Pod?.ToString() ?? Journal.ContainerId;

    /// <summary>For people.</summary>
    public string Text => IsOrphan ? $"orphan: {WhyGone}" : Journal.Complete ? "attached" : "not complete: an ADD is at work or was killed";

    /// <summary>For programs.</summary>
    public string Key => IsOrphan ? "orphan" : Journal.Complete ? "attached" : "incomplete";
}
