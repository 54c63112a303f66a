using System.Net;
using MultiNet.Cni;
using MultiNet.Kubernetes;

namespace MultiNet.Meta.Sources.Cluster;

/// <summary>Errors of the API server and on the way to it as CNI errors: what was wanted, which server, what it said, what to do.</summary>
internal static class ClusterErrors
{
    /// <summary>The server answered, and not with what was asked for.</summary>
    public static CniException Refused(ClusterApi api, string purpose, string right, KubeApiException e)
    {
        string message = $"{purpose}: {api.Description}: {e.Message}";
        if (e.IsForbidden)
        {
            return new CniException(
                CniErrorCode.Internal, message, $"the user of the {api.Configured} lacks the permission \"{right}\" (RBAC); a ClusterRole must grant it", e);
        }
        if (e.IsUnauthorized)
        {
            return new CniException(
                CniErrorCode.TryAgainLater, message, $"the credentials of the {api.Configured} are not accepted: expired, revoked, or of another cluster", e);
        }
        return e.IsTransient || e.StatusCode == HttpStatusCode.TooManyRequests
            ? new CniException(CniErrorCode.TryAgainLater, message, "the API server is overloaded or not ready; the runtime tries again", e)
            : new CniException(CniErrorCode.Internal, message, string.Join("; ", e.Causes), e);
    }

    /// <summary>There was no answer.</summary>
    public static CniException Unreachable(ClusterApi api, string purpose, KubeConnectionException e) => new(
        CniErrorCode.TryAgainLater, $"{purpose}: {e.Message}", $"server and authority are those of the {api.Configured}; is the API server up, and can this node reach it?", e);

    /// <summary>Server or credentials are not to be had.</summary>
    public static CniException Misconfigured(ClusterApi api, string purpose, KubeConfigException e) => new(
        CniErrorCode.InvalidNetworkConfig, $"{purpose}: {e.Message}", $"it is named by the {(api.Configured.StartsWith("kube", StringComparison.Ordinal) ? "key \"kubeconfig\"" : api.Configured)}", e);
}
