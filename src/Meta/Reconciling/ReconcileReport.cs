using MultiNet.Cni;
using MultiNet.Meta.Journal;

namespace MultiNet.Meta.Reconciling;

/// <summary>What a reconciliation found and did.</summary>
internal sealed class ReconcileReport
{
    /// <summary>Was it only a look? Then nothing below was released.</summary>
    public required bool DryRun { get; init; }

    /// <summary>How many sandboxes have a journal.</summary>
    public int Sandboxes { get; set; }

    /// <summary>Dead sandboxes that were released, with the reason why they are dead.</summary>
    public List<(SandboxJournal Journal, string Reason)> Released { get; } = [];

    /// <summary>Sandboxes that may be dead, and were kept.</summary>
    public List<(SandboxJournal Journal, string Reason)> InDoubt { get; } = [];

    /// <summary>Reservations of nobody that were released.</summary>
    public List<AddressReservation> Reservations { get; } = [];

    /// <summary>Records of nobody that were released.</summary>
    public List<PluginRecord> Records { get; } = [];

    /// <summary>How many reservations and records were kept, because their owner, which nobody knows, may be alive.</summary>
    public int UnownedInDoubt { get; set; }

    /// <summary>What went wrong.</summary>
    public List<CniException> Failures { get; } = [];
}
