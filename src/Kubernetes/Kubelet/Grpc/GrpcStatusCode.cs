namespace MultiNet.Kubernetes.Kubelet;

/// <summary>How a gRPC call ended (gRPC core specification, status codes). The numbers are those of the header <c>grpc-status</c>.</summary>
public enum GrpcStatusCode
{
    /// <summary>It succeeded.</summary>
    Ok = 0,

    /// <summary>The caller gave up.</summary>
    Cancelled = 1,

    /// <summary>A failure without a code of its own; Go servers give it for every plain error.</summary>
    Unknown = 2,

    /// <summary>The request makes no sense.</summary>
    InvalidArgument = 3,

    /// <summary>No answer in time.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for is not there.</summary>
    NotFound = 5,

    /// <summary>It is there already.</summary>
    AlreadyExists = 6,

    /// <summary>Not allowed.</summary>
    PermissionDenied = 7,

    /// <summary>Too many requests: the kubelet's rate limit.</summary>
    ResourceExhausted = 8,

    /// <summary>The server is not in a state to answer.</summary>
    FailedPrecondition = 9,

    /// <summary>Aborted by the server.</summary>
    Aborted = 10,

    /// <summary>Beyond what is allowed.</summary>
    OutOfRange = 11,

    /// <summary>The server has no such method.</summary>
    Unimplemented = 12,

    /// <summary>Somebody broke the protocol.</summary>
    Internal = 13,

    /// <summary>The server cannot be reached now.</summary>
    Unavailable = 14,

    /// <summary>Data were lost.</summary>
    DataLoss = 15,

    /// <summary>No credentials.</summary>
    Unauthenticated = 16,
}
