namespace MultiNet.Kubernetes;

/// <summary>How to prove to an API server who one is (client-go <c>clientcmd/api/v1</c>, type AuthInfo).</summary>
public sealed record KubeConfigUser
{
    /// <summary>A client certificate in PEM; empty for none.</summary>
    public string ClientCertificate { get; init; } = "";

    /// <summary>Its key in PEM; empty for none. A secret.</summary>
    public string ClientKey { get; init; } = "";

    /// <summary>The certificate's file, read anew when it changes; empty where the data stands in the kubeconfig itself.</summary>
    public string ClientCertificateFile { get; init; } = "";

    /// <summary>The key's file, as above.</summary>
    public string ClientKeyFile { get; init; } = "";

    /// <summary>A bearer token; empty for none. A secret.</summary>
    public string Token { get; init; } = "";

    /// <summary>The kubeconfig that <see cref="Token"/> stands in, read anew when the token is refused; empty for none.</summary>
    public string KubeConfigFile { get; init; } = "";

    /// <summary>The user's name in it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The file of a bearer token, which has precedence over <see cref="Token"/> and is read anew as it changes.</summary>
    public string TokenFile { get; init; } = "";

    /// <summary>A program that makes credentials; null for none.</summary>
    public ExecCredentialCommand? Exec { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"certificate: {ClientCertificate.Length > 0 || ClientCertificateFile.Length > 0}, token: {Token.Length > 0 || TokenFile.Length > 0}, exec: {Exec?.Command}";
}
