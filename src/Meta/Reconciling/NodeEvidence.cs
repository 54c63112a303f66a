using MultiNet.Cni;
using MultiNet.Meta.Journal;

namespace MultiNet.Meta.Reconciling;

/// <summary>What is in use on the node, as far as there is evidence.</summary>
internal sealed record NodeEvidence
{
    /// <summary>All journals: who has one keeps what is in it, until it is released by that journal.</summary>
    public required IReadOnlyList<SandboxJournal> Journals { get; init; }

    /// <summary>Sandboxes without a journal, known by a cache of libcni, which are not known to be dead.</summary>
    public required IReadOnlyList<GcAttachment> LiveWithoutJournal { get; init; }

    /// <summary>Records that cannot be read: then nobody knows what is in use.</summary>
    public required IReadOnlyList<CniException> Unreadable { get; init; }
}
