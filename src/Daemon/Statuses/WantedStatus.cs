using MultiNet.Kubernetes;

namespace MultiNet.Daemon.Statuses;

/// <summary>A network-status that is to be written.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Uid">Its UID at the API server; empty where it is not known: then whatever pod has the name.</param>
/// <param name="Container">The sandbox whose networks it tells of.</param>
/// <param name="Text">The annotation's value.</param>
internal sealed record WantedStatus(ObjectKey Pod, string Uid, string Container, string Text);
