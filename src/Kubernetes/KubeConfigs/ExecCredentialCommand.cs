namespace MultiNet.Kubernetes;

/// <summary>A program that prints credentials (client.authentication.k8s.io, type ExecConfig).</summary>
public sealed record ExecCredentialCommand
{
    /// <summary>The program: an absolute path, a path relative to the kubeconfig, or a name to be found on PATH.</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables that it gets in addition to the environment.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary><c>client.authentication.k8s.io/v1</c> or <c>/v1beta1</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>The program is told about the cluster.</summary>
    public bool ProvideClusterInfo { get; init; }

    /// <summary>What to tell a person when the program is missing.</summary>
    public string InstallHint { get; init; } = "";
}
