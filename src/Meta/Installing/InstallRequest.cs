namespace MultiNet.Meta.Installing;

/// <summary>What is to be installed, and where.</summary>
internal sealed record InstallRequest
{
    /// <summary>Where the node's file system is seen from here.</summary>
    public HostRoot Host { get; init; } = HostRoot.Same;

    /// <summary>The folder of CNI plugins, absolute, as on the node: <c>/opt/cni/bin</c>.</summary>
    public required string BinDir { get; init; }

    /// <summary>The folder of the runtime's network configurations, absolute, as on the node: <c>/etc/cni/net.d</c>.</summary>
    public required string ConfDir { get; init; }

    /// <summary>The executable to install, as it is reached from here.</summary>
    public required string Executable { get; init; }

    /// <summary>Its version: part of the installed file's name.</summary>
    public required string Version { get; init; }

    /// <summary>The plugin types for which links are made.</summary>
    public required IReadOnlyList<string> PluginTypes { get; init; }

    /// <summary>A configuration to install, as it is reached from here; null to make one for the cluster network that is there.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>A file, as it is reached from here, with a JSON object of keys for the configuration; or null.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>The cluster's network: the name of its file or its own; null for the first in the alphabet (or what Multus stands before).</summary>
    public string? Primary { get; init; }

    /// <summary>Value of the key <c>kubeconfig</c>, a path as on the node, or null.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The service account's folder (token, ca.crt), as it is reached from here, of which the node's kubeconfig is made; or null.</summary>
    public string? ServiceAccount { get; init; }

    /// <summary>The API server's address for that kubeconfig, or null for that of the environment.</summary>
    public string? ApiServer { get; init; }

    /// <summary>Value of the key <c>daemonSocket</c>, or null.</summary>
    public string? DaemonSocket { get; init; }

    /// <summary>Value of the key <c>kubeletDir</c>, or null.</summary>
    public string? KubeletDir { get; init; }

    /// <summary>The version in which the runtime is to call, or null for that of the configuration or of the cluster network.</summary>
    public string? CniVersion { get; init; }

    /// <summary>Value of the key <c>manifestDir</c>, or null to leave the configuration as it is.</summary>
    public string? ManifestDir { get; init; }

    /// <summary>Are other people's plugins of a built-in type to be replaced? They are kept aside.</summary>
    public bool Replace { get; init; }

    /// <summary>Our configuration's file, as on the node.</summary>
    public string ConfigPath => Path.Combine(ConfDir, InstallPaths.ConfigName);
}
