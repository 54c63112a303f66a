namespace MultiNet.Meta.Installing;

/// <summary>What is to be installed, and where.</summary>
internal sealed record InstallRequest
{
    /// <summary>The folder of CNI plugins, absolute: <c>/opt/cni/bin</c>.</summary>
    public required string BinDir { get; init; }

    /// <summary>The folder of the runtime's network configurations, absolute: <c>/etc/cni/net.d</c>.</summary>
    public required string ConfDir { get; init; }

    /// <summary>The executable to install.</summary>
    public required string Executable { get; init; }

    /// <summary>Its version: part of the installed file's name.</summary>
    public required string Version { get; init; }

    /// <summary>The plugin types for which links are made.</summary>
    public required IReadOnlyList<string> PluginTypes { get; init; }

    /// <summary>A configuration to install; null to make one for the cluster network that is there.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The version in which the runtime is to call, or null for that of the configuration or of the cluster network.</summary>
    public string? CniVersion { get; init; }

    /// <summary>Value of the key <c>manifestDir</c>, or null to leave the configuration as it is.</summary>
    public string? ManifestDir { get; init; }

    /// <summary>Are other people's plugins of a built-in type to be replaced? They are kept aside.</summary>
    public bool Replace { get; init; }
}
