using MultiNet.Meta.Sources;

namespace MultiNet.Daemon.HotPlug;

/// <summary>A sandbox whose networks may be changed, as its journal names it.</summary>
/// <param name="Pod">The pod, with the UID that the kubelet has for it.</param>
/// <param name="ContainerId">The sandbox.</param>
/// <param name="IfName">Its interface.</param>
internal sealed record SandboxEntry(PodReference Pod, string ContainerId, string IfName);
