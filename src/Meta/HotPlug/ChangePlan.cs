using MultiNet.Meta.Journal;
using MultiNet.Meta.Planning;

namespace MultiNet.Meta.HotPlug;

/// <summary>
/// What a sync will do to a sandbox that is attached: pure data, like an <see cref="AttachmentPlan"/>. The configured networks are never
/// among what is detached or attached.
/// </summary>
internal sealed record ChangePlan
{
    /// <summary>The pod's <c>metadata.uid</c> as the source knows it, or empty.</summary>
    public required string PodUid { get; init; }

    /// <summary>What is released: no longer wanted, wanted otherwise, or left over from a sync that was interrupted. In the order of the journal.</summary>
    public required IReadOnlyList<JournalAttachment> Detach { get; init; }

    /// <summary>What is attached, in the order of the annotation. Their <see cref="PlannedAttachment.Index"/> is their place behind all that is kept.</summary>
    public required IReadOnlyList<PlannedAttachment> Attach { get; init; }

    /// <summary>Does what could not be attached stay in the journal, for the next try? Else it is the annotation that remembers it.</summary>
    public bool StaysWanted { get; init; }

    /// <summary>What becomes of the default routes over each interface that there is in the end.</summary>
    public required IReadOnlyDictionary<string, DefaultRoutePlan> DefaultRoutes { get; init; }

    /// <summary>What is suspicious but no error, one line each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
