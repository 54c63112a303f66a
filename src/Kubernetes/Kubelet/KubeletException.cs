namespace MultiNet.Kubernetes.Kubelet;

/// <summary>The kubelet could not be asked, refused, or gave an answer that makes no sense. The message names socket or file and the cause.</summary>
public sealed class KubeletException : Exception
{
    internal KubeletException(GrpcStatusCode code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>What kind of failure it was.</summary>
    public GrpcStatusCode Code { get; }

    /// <summary>
    /// Might the same call succeed a little later? The kubelet answers 100 calls a second, for all callers on the node together, and refuses
    /// the others.
    /// </summary>
    public bool IsTransient => Code is GrpcStatusCode.ResourceExhausted or GrpcStatusCode.Unavailable;
}
