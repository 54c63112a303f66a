using MultiNet.Cni;
using MultiNet.Meta.Planning;

namespace MultiNet.Meta.Attaching;

/// <summary>An attachment that stands.</summary>
/// <param name="Attachment">What was planned.</param>
/// <param name="Result">What came of it, in the newest form; default routes as they are in the kernel.</param>
/// <param name="Took">How long it took.</param>
public sealed record AttachedNetwork(PlannedAttachment Attachment, CniResult Result, TimeSpan Took);
