namespace MultiNet.Netlink.Messages;

/// <summary>A request composed but not answered yet.</summary>
/// <param name="Sequence">The number that its answer will carry.</param>
/// <param name="Operation">What it does, for the error message.</param>
/// <param name="Start">Where it begins in its writer.</param>
internal readonly record struct PendingRequest(uint Sequence, string Operation, int Start);
