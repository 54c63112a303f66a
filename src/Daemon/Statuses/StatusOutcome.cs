namespace MultiNet.Daemon.Statuses;

/// <summary>What came of a status, with the reason.</summary>
/// <param name="Kind">What.</param>
/// <param name="Reason">Why it was not written; empty where it was.</param>
internal sealed record StatusOutcome(StatusOutcomeKind Kind, string Reason = "");
