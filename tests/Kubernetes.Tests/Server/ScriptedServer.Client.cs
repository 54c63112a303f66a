namespace MultiNet.Kubernetes.Tests.Server;

/// <content>Clients of it.</content>
internal sealed partial class ScriptedServer
{
    /// <summary>A kubeconfig for this server.</summary>
    public KubeConfig Config(KubeConfigUser? user = null, string authority = "", string serverName = "") => new()
    {
        Context = "test",
        Namespace = "default",
        User = user ?? new KubeConfigUser(),
        Cluster = new KubeConfigCluster { Server = Url, CertificateAuthority = authority, TlsServerName = serverName },
    };

    /// <summary>A client of this server that does not wait long.</summary>
    public ApiServerClient Client(KubeConfigUser? user = null, string authority = "", RetryPolicy? retry = null) =>
        new(Config(user, authority), "multinet/test (linux/amd64)") { Retry = retry ?? Quick };

    /// <summary>Three attempts with hardly a pause.</summary>
    public static RetryPolicy Quick { get; } = new()
    {
        Attempts = 3, FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(2), AttemptTimeout = TimeSpan.FromSeconds(20),
    };
}
