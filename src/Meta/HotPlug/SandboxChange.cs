using MultiNet.Meta.Attaching;
using MultiNet.Meta.Journal;

namespace MultiNet.Meta.HotPlug;

/// <summary>What a sync did to a sandbox.</summary>
/// <param name="Attached">What was attached, with results.</param>
/// <param name="Detached">What was released.</param>
/// <param name="Kept">How many attachments were left as they are, the configured networks among them.</param>
/// <param name="Warnings">What is suspicious but no error, one line each.</param>
public sealed record SandboxChange(
    IReadOnlyList<AttachedNetwork> Attached, IReadOnlyList<JournalAttachment> Detached, int Kept, IReadOnlyList<string> Warnings)
{
    /// <summary>Was there nothing to do?</summary>
    public bool IsNone => Attached.Count == 0 && Detached.Count == 0;
}
