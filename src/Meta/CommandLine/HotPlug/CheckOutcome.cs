using MultiNet.Cni;
using MultiNet.Meta.CommandLine.State;
using MultiNet.Meta.HotPlug;

namespace MultiNet.Meta.CommandLine.HotPlug;

/// <summary>What came of a sandbox.</summary>
/// <param name="Sandbox">The sandbox.</param>
/// <param name="Drift">What is not as it was made.</param>
/// <param name="Change">What was repaired; null for nothing.</param>
/// <param name="Error">What went wrong, or null.</param>
internal sealed record CheckOutcome(SandboxState Sandbox, IReadOnlyList<AttachmentDrift> Drift, SandboxChange? Change, CniException? Error)
{
    /// <summary>Is everything as it should be, by now?</summary>
    public bool IsFine => Error is null && Drift.All(IsRepaired);

    /// <summary>Was it attached anew?</summary>
    public bool IsRepaired(AttachmentDrift drift) => Change is not null && Change.Attached.Any(a => a.Attachment.InterfaceName == drift.Attachment.InterfaceName);
}
