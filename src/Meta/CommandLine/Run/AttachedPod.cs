using MultiNet.Cni;
using MultiNet.Meta.Attaching;

namespace MultiNet.Meta.CommandLine.Run;

/// <summary>What became of a pod.</summary>
/// <param name="Sandbox">Its sandbox.</param>
/// <param name="Attachments">Its attachments; none where attaching failed.</param>
/// <param name="Took">The whole ADD.</param>
/// <param name="Error">Why it failed, or null.</param>
internal sealed record AttachedPod(PodSandbox Sandbox, IReadOnlyList<AttachedNetwork> Attachments, TimeSpan Took, CniException? Error);
