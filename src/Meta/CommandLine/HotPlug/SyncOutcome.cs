using MultiNet.Cni;
using MultiNet.Meta.CommandLine.State;
using MultiNet.Meta.HotPlug;

namespace MultiNet.Meta.CommandLine.HotPlug;

/// <summary>What came of a sandbox.</summary>
/// <param name="Sandbox">The sandbox.</param>
/// <param name="Change">What was done; null where it failed.</param>
/// <param name="Error">Why it failed, or null.</param>
internal sealed record SyncOutcome(SandboxState Sandbox, SandboxChange? Change, CniException? Error);
