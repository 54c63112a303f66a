namespace MultiNet.Kubernetes;

/// <summary>What a pod finds in itself to reach its API server: variables, a token that the kubelet renews, the cluster's authority.</summary>
public static class InClusterConfig
{
    /// <summary>Where the kubelet puts token, authority and namespace.</summary>
    public const string DefaultFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Is this a pod that may ask its API server? Looks at the variables and whether there is a token.</summary>
    /// <param name="folder">The service account's folder.</param>
    public static bool IsThere(string folder = DefaultFolder) =>
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 }
        && Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT") is { Length: > 0 } && File.Exists(Path.Combine(folder, "token"));

    /// <summary>Reads it.</summary>
    /// <param name="folder">The service account's folder.</param>
    /// <returns>Null outside of a pod: where the variables or the token are missing.</returns>
    /// <exception cref="KubeConfigException">It is there and makes no sense.</exception>
    public static KubeConfig? Load(string folder = DefaultFolder)
    {
        string host = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") ?? "";
        string port = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT") ?? "";
        string token = Path.Combine(folder, "token");
        if (!IsThere(folder))
            return null;
        // An IPv6 address stands in brackets in a URL.
        string url = $"https://{(host.Contains(':') && host[0] != '[' ? $"[{host}]" : host)}:{port}";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var server))
            throw new KubeConfigException($"KUBERNETES_SERVICE_HOST=\"{host}\" and KUBERNETES_SERVICE_PORT=\"{port}\" make no URL");
        string authority = Path.Combine(folder, "ca.crt"), space = Path.Combine(folder, "namespace");
        return new KubeConfig
        {
            Context = "in-cluster",
            Cluster = new KubeConfigCluster { Server = server, CertificateAuthorityFile = File.Exists(authority) ? authority : "" },
            User = new KubeConfigUser { TokenFile = token },
            Namespace = File.Exists(space) && System.Text.Encoding.UTF8.GetString(KubeConfig.ReadFile(space)).Trim() is { Length: > 0 } name ? name : "default",
        };
    }
}
