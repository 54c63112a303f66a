namespace MultiNet.Meta.Reconciling;

/// <summary>What the evidence says of a sandbox.</summary>
/// <param name="Life">Alive or dead.</param>
/// <param name="Reason">Why, for people; empty for what is alive.</param>
internal sealed record SandboxVerdict(SandboxLife Life, string Reason)
{
    /// <summary>It is alive.</summary>
    public static SandboxVerdict Alive { get; } = new(SandboxLife.Alive, "");
}
