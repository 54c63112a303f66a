using MultiNet.Meta.Sources;

namespace MultiNet.Daemon.Statuses;

/// <summary>A sandbox that stands, as its journal says.</summary>
/// <param name="Pod">The pod, with the UID that the kubelet has for it.</param>
/// <param name="ContainerId">The sandbox.</param>
/// <param name="IfName">Its interface.</param>
/// <param name="Created">When it was attached.</param>
/// <param name="Digest">Of the network-status.</param>
internal sealed record JournaledStatus(PodReference Pod, string ContainerId, string IfName, DateTime Created, byte[] Digest);
