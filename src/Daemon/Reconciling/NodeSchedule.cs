namespace MultiNet.Daemon.Reconciling;

/// <summary>When something is done again: after a period, a little sooner or later, so that not all nodes of a cluster do it in one moment.</summary>
internal static class NodeSchedule
{
    /// <summary>The period with up to a tenth more or less.</summary>
    public static TimeSpan Next(TimeSpan period) => period * (0.9 + (Random.Shared.NextDouble() * 0.2));
}
