namespace MultiNet.Kubernetes;

/// <summary>An API server as a kubeconfig describes it (Kubernetes, client-go <c>clientcmd/api/v1</c>, type Cluster).</summary>
public sealed record KubeConfigCluster
{
    /// <summary>Its URL; a path prefix is kept.</summary>
    public required Uri Server { get; init; }

    /// <summary>Authorities that may sign its certificate, in PEM, one or several; empty for those of the system.</summary>
    public string CertificateAuthority { get; init; } = "";

    /// <summary>The file of the same, read anew when it changes; empty where the data stands in the kubeconfig itself.</summary>
    public string CertificateAuthorityFile { get; init; } = "";

    /// <summary>Its certificate is not checked at all.</summary>
    public bool InsecureSkipTlsVerify { get; init; }

    /// <summary>The name that its certificate must have; empty for the host of the URL.</summary>
    public string TlsServerName { get; init; } = "";

    /// <summary>A proxy between; null for none.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Answers are not compressed.</summary>
    public bool DisableCompression { get; init; }
}
