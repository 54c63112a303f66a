namespace MultiNet.Kubernetes;

/// <summary>A kubeconfig, or what it names, cannot be used. The message says which file, where in it, and what was found.</summary>
public sealed class KubeConfigException : Exception
{
    /// <summary>An error.</summary>
    public KubeConfigException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
