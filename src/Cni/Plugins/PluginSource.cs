namespace MultiNet.Cni;

/// <summary>Where a plugin comes from: built in, or the executable at <see cref="ExecutablePath"/>.</summary>
/// <param name="Type">The plugin's type.</param>
/// <param name="ExecutablePath">The executable, or null for a built-in plugin.</param>
public sealed record PluginSource(string Type, string? ExecutablePath)
{
    /// <summary>Does it run in this process?</summary>
    public bool IsBuiltIn => ExecutablePath is null;
}
