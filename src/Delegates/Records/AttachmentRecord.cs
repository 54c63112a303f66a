using MultiNet.Cni.Json;

namespace MultiNet.Delegates.Records;

/// <summary>What a plugin did for one attachment, as it stands on disk.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="ContainerId">The container.</param>
/// <param name="IfName">The interface in the container.</param>
/// <param name="Fields">The plugin's own fields.</param>
internal sealed record AttachmentRecord(string Network, string ContainerId, string IfName, JsonFields Fields);
