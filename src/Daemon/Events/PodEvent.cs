using MultiNet.Kubernetes;

namespace MultiNet.Daemon.Events;

/// <summary>What is to be told of a pod.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Uid">Its UID; empty where it is not known.</param>
/// <param name="IsWarning">Is something wrong?</param>
/// <param name="Reason">One word for programs: <c>AttachedNetworks</c>.</param>
/// <param name="Action">What was done: <c>Attach</c>.</param>
/// <param name="Note">For people.</param>
internal sealed record PodEvent(ObjectKey Pod, string Uid, bool IsWarning, string Reason, string Action, string Note);
