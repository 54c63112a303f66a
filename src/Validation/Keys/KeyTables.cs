namespace MultiNet.Validation;

/// <summary>Keys that many plugins have in common.</summary>
internal static class KeyTables
{
    /// <summary>Keys of every plugin's configuration (CNI specification 1.1, section 1), and those that the runtime puts in.</summary>
    public static IReadOnlyList<KeySpec> OfAnyPlugin { get; } =
    [
        new("cniVersion", Shape.Any), new("cniVersions", Shape.Any), new("name", Shape.Any), new("type", Shape.Any), new("capabilities", Shape.Any),
        new("ipam", Shape.Any), new("dns", Shape.Any), new("args", Shape.Any), new("runtimeConfig", Shape.Any), new("prevResult", Shape.Any),
        new("disableCheck", Shape.Any), new("disableGC", Shape.Any), new("loadOnlyInlinedPlugins", Shape.Any), new("plugins", Shape.Any),
        new("deviceID", Shape.Any), new("pciBusID", Shape.Any), new("ipMasq", Shape.Any),
    ];

    /// <summary>The key <c>dns</c> of plugins that read it.</summary>
    public static KeySpec Dns { get; } = new("dns", Shape.Object,
    [
        new("nameservers", Shape.Texts), new("domain", Shape.Text), new("search", Shape.Texts), new("options", Shape.Texts),
    ]);

    /// <summary>Keys of a route (the specification's route object).</summary>
    public static IReadOnlyList<KeySpec> OfRoute { get; } =
    [
        new("dst", Shape.Text), new("gw", Shape.Text), new("mtu", Shape.Whole), new("advmss", Shape.Whole), new("priority", Shape.Whole),
        new("table", Shape.Whole), new("scope", Shape.Whole),
    ];

    /// <summary>Keys of an interface on a master.</summary>
    public static IReadOnlyList<KeySpec> OfInterfaceOnMaster { get; } =
        [new("master", Shape.Text), new("linkInContainer", Shape.Flag), new("mtu", Shape.Whole), new("enabledad", Shape.Flag), Dns];
}
