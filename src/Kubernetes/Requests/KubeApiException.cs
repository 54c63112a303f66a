using System.Net;

namespace MultiNet.Kubernetes;

/// <summary>The API server refused a request: the fields of its Status object (Kubernetes API conventions, "Response Status Kind").</summary>
public sealed class KubeApiException : Exception
{
    internal KubeApiException(string message, HttpStatusCode statusCode, string reason, IReadOnlyList<string> causes, TimeSpan? retryAfter)
        : base(message)
    {
        StatusCode = statusCode;
        Reason = reason;
        Causes = causes;
        RetryAfter = retryAfter;
    }

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>The machine-readable reason: <c>NotFound</c>, <c>Conflict</c>, <c>Expired</c> ...; empty where the server gave none.</summary>
    public string Reason { get; }

    /// <summary>What was wrong with which field, where the server said so.</summary>
    public IReadOnlyList<string> Causes { get; }

    /// <summary>After what time to try again, where the server said so.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>There is no such object.</summary>
    public bool IsNotFound => StatusCode == HttpStatusCode.NotFound;

    /// <summary>The object has changed since it was read.</summary>
    public bool IsConflict => StatusCode == HttpStatusCode.Conflict && Reason != "AlreadyExists";

    /// <summary>
    /// There is such an object, but not the one whose <c>metadata.uid</c> was in the patch: it was made anew under the name. To the API server
    /// the UID is a field that may not change.
    /// </summary>
    public bool IsOfAnotherUid
    {
        get
        {
            foreach (string cause in StatusCode == HttpStatusCode.UnprocessableEntity ? Causes : [])
            {
                if (cause.StartsWith("metadata.uid: ", StringComparison.Ordinal))
                    return true;
            }
            return false;
        }
    }

    /// <summary>There is such an object already.</summary>
    public bool IsAlreadyExists => Reason == "AlreadyExists";

    /// <summary>The resource version is too old to go on from.</summary>
    public bool IsExpired => StatusCode == HttpStatusCode.Gone || Reason is "Expired" or "Gone";

    /// <summary>The credentials are not accepted (any more).</summary>
    public bool IsUnauthorized => StatusCode == HttpStatusCode.Unauthorized;

    /// <summary>The credentials are good, the rights are missing.</summary>
    public bool IsForbidden => StatusCode == HttpStatusCode.Forbidden;

    /// <summary>The object was refused for what it says.</summary>
    public bool IsInvalid => StatusCode == HttpStatusCode.UnprocessableEntity;

    /// <summary>Might the same request succeed a little later?</summary>
    public bool IsTransient => StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}
