namespace MultiNet.Validation;

/// <summary>What a plugin does in a chain.</summary>
internal enum PluginRole
{
    /// <summary>It makes an interface, or moves one into the pod.</summary>
    Interface,
    /// <summary>It makes an interface, and is also used behind another plugin (ipvlan, bond).</summary>
    InterfaceAnywhere,
    /// <summary>It changes what an earlier plugin made, and fails without one.</summary>
    Chained,
    /// <summary>It works anywhere.</summary>
    Anywhere,
}
