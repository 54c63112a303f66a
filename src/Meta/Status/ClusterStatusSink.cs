using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Kubernetes;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Sources.Cluster;
using MultiNet.Networks;

namespace MultiNet.Meta.Status;

/// <summary>
/// Writes a pod's network-status to the pod itself: one merge patch of <c>pods/status</c> with the UID in it, so that another pod of the
/// name is never written to, and nothing but the one annotation is changed.
/// </summary>
public sealed class ClusterStatusSink : IStatusSink
{
    private const int MostConflicts = 4;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);
    private readonly ClusterApi _api;

    /// <param name="api">The API server; whoever made it disposes of it.</param>
    public ClusterStatusSink(ClusterApi api) => _api = api;

    /// <inheritdoc/>
    public bool OutlivesPod => false;

    /// <inheritdoc/>
    public void Write(StatusReport report) =>
        // With the UID that the API server has: a static pod has another one at the kubelet.
        Write(report.PodUid.Length > 0 ? report.Pod with { Uid = report.PodUid } : report.Pod, report.Entries);

    internal void Write(PodReference pod, IReadOnlyList<NetworkStatus> status)
    {
        string text = NetworkStatusWriter.Write(status);
        bool isGone = _api.Ask(
            $"cannot write the annotation {AnnotationKeys.NetworkStatus} of pod {pod}", "patch pods/status", client => PatchAsync(client, pod, text));
        if (isGone)
        {
            throw new CniException(
                CniErrorCode.TryAgainLater, $"pod {pod} was deleted while its networks were attached",
                $"the {_api.Description} has no pod of this name with the UID \"{pod.Uid}\" any more; nothing stays attached");
        }
    }

    /// <summary>Does nothing: the annotation goes with the pod, and DEL needs no API server.</summary>
    public void Clear(PodReference pod)
    {
    }

    // True: the pod is gone.
    private static async Task<bool> PatchAsync(ApiServerClient client, PodReference pod, string status)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await client.MergePatchAsync(
                    ResourceTypes.Pods, new ObjectKey(pod.Namespace, pod.Name), "status", json => WritePatch(json, pod, status), CancellationToken.None).ConfigureAwait(false);
                return false;
            }
            catch (KubeApiException e) when (e.IsNotFound || e.IsOfAnotherUid)
            {
                return true;
            }
            catch (KubeApiException e) when (e.IsConflict)
            {
                // Of several writers at the same moment one may lose, and the pod is still the same: it is not released for that.
                if (attempt == MostConflicts)
                    return true;
            }
            await Task.Delay(s_pause * attempt).ConfigureAwait(false);
        }
    }

    private static void WritePatch(Utf8JsonWriter json, PodReference pod, string status)
    {
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        if (pod.Uid.Length > 0)
            json.WriteString("uid", pod.Uid);
        json.WriteStartObject("annotations");
        json.WriteString(AnnotationKeys.NetworkStatus, status);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
