using MultiNet.Cni;

namespace MultiNet.Meta.Reconciling;

/// <summary>A network with the attachments that are in use.</summary>
/// <param name="Config">Its configuration.</param>
/// <param name="Attachments">What its plugins must keep.</param>
internal sealed record OwnedNetwork(NetworkConfigList Config, IReadOnlyList<GcAttachment> Attachments);
