using System.Text;

namespace MultiNet.Kubernetes.Credentials;

/// <summary>PEM from a kubeconfig itself or from a file beside it.</summary>
internal sealed class PemSource(string data, string path, TimeProvider time)
{
    private readonly WatchedFile<string>? _file = data.Length > 0 || path.Length == 0 ? null : new WatchedFile<string>(path, Encoding.UTF8.GetString, time);

    /// <summary>Is nothing configured?</summary>
    public bool IsEmpty => data.Length == 0 && path.Length == 0;

    /// <summary>Can it never change?</summary>
    public bool IsFixed => _file is null;

    /// <summary>The text of now.</summary>
    /// <exception cref="KubeConfigException">The file cannot be read.</exception>
    public string Text => _file?.Value ?? data;

    /// <summary>The next <see cref="Text"/> reads the file.</summary>
    public void Distrust() => _file?.Distrust();

    /// <summary>Where it comes from.</summary>
    public override string ToString() => path.Length > 0 ? path : "the kubeconfig";
}
