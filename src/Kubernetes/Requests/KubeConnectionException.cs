namespace MultiNet.Kubernetes;

/// <summary>The API server could not be reached, its certificate is not accepted, or it gave no answer in time.</summary>
public sealed class KubeConnectionException : Exception
{
    /// <summary>Asking again would bring the same.</summary>
    internal bool IsFinal { get; init; }

    internal KubeConnectionException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
