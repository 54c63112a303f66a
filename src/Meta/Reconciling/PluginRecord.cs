namespace MultiNet.Meta.Reconciling;

/// <summary>A record that a built-in plugin keeps of an attachment.</summary>
/// <param name="Plugin">The plugin's type.</param>
/// <param name="Network">The network.</param>
/// <param name="ContainerId">The container.</param>
/// <param name="InterfaceName">The interface in it.</param>
/// <param name="Written">When, UTC.</param>
internal sealed record PluginRecord(string Plugin, string Network, string ContainerId, string InterfaceName, DateTime Written);
