using System.Net;
using MultiNet.Daemon.Caches;
using MultiNet.Kubernetes;
using MultiNet.Networks;

namespace MultiNet.Daemon.Statuses;

/// <summary>One attempt to write a network-status: a merge patch of <c>pods/status</c> with the pod's UID and this annotation alone.</summary>
internal sealed class StatusPatch(ApiServerClient api, NodeCaches caches)
{
    /// <summary>Tries.</summary>
    /// <returns>Exactly one of the two: what came of it, or why it is to be tried again.</returns>
    public async Task<(StatusOutcome? Outcome, string Failure)> TryAsync(WantedStatus wanted, CancellationToken cancellationToken)
    {
        try
        {
            await api.MergePatchAsync(
                ResourceTypes.Pods, wanted.Pod, "status",
                patch =>
                {
                    patch.WriteStartObject();
                    patch.WriteStartObject("metadata");
                    // With it, a pod that was made anew under the name is refused and not changed.
                    if (wanted.Uid.Length > 0)
                        patch.WriteString("uid", wanted.Uid);
                    patch.WriteStartObject("annotations");
                    patch.WriteString(AnnotationKeys.NetworkStatus, wanted.Text);
                    patch.WriteEndObject();
                    patch.WriteEndObject();
                    patch.WriteEndObject();
                },
                cancellationToken).ConfigureAwait(false);
            return (new StatusOutcome(StatusOutcomeKind.Written), "");
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            return (new StatusOutcome(StatusOutcomeKind.Gone, "the API server has no such pod"), "");
        }
        catch (KubeApiException e) when (e.IsOfAnotherUid)
        {
            return (new StatusOutcome(StatusOutcomeKind.Gone, $"it is not the pod with UID {wanted.Uid} any more"), "");
        }
        catch (KubeApiException e) when (e.IsConflict)
        {
            // Of two writers at the same moment one may lose, too: then the pod is still the same.
            return caches.Pods.TryGet(wanted.Pod, out var pod) && pod.Metadata.Uid == wanted.Uid && pod.Metadata.DeletionTimestamp is null
                ? (null, e.Message)
                : (new StatusOutcome(StatusOutcomeKind.Gone, $"it is not the pod with UID {wanted.Uid} any more"), "");
        }
        catch (KubeApiException e) when (e.IsInvalid || e.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge)
        {
            return (new StatusOutcome(StatusOutcomeKind.Refused, e.Message), "");
        }
        catch (Exception e) when (e is KubeApiException or KubeConnectionException or KubeConfigException)
        {
            return (null, e.Message);
        }
    }
}
