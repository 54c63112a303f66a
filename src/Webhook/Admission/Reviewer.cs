using System.Text.Json;
using MultiNet.Networks;
using MultiNet.Validation;
using MultiNet.Webhook.Knowledge;
using MultiNet.Webhook.Mutation;

namespace MultiNet.Webhook.Admission;

/// <summary>Decides about requests. No side effects: a dry run is judged as everything else, and the same request gets the same answer.</summary>
/// <param name="knowledge">What is known of the cluster; null for nothing.</param>
internal sealed class Reviewer(IWebhookKnowledge? knowledge)
{
    /// <summary>The reviewer for one request: it knows the definitions that a new pod names, though the watch has not told of them yet.</summary>
    public async ValueTask<Reviewer> ForAsync(AdmissionRequest request, ReviewSettings settings, CancellationToken cancellationToken)
    {
        // What is changed is not refused for what is missing: it was missing before.
        if (knowledge is null || request is not { Operation: "CREATE", SubResource: "" } || KindOf(request) is not (ObjectKind.Pod or ObjectKind.Workload)
            || ReadPod(request, request.Object) is not { } pod)
        {
            return this;
        }
        string defaults = settings.Mutation is { Enabled: true, NamespaceDefaults: true }
            ? knowledge.FindNamespace(request.Namespace)?.Annotations.GetValueOrDefault(AnnotationKeys.DefaultNetworks) ?? "" : "";
        var more = await knowledge.WithAsync(WantedDefinitions.Of(pod, defaults, settings.Options), cancellationToken).ConfigureAwait(false);
        return ReferenceEquals(more, knowledge) ? this : new Reviewer(more);
    }

    /// <summary>Judges an object (<c>/validate</c>).</summary>
    public AdmissionDecision Validate(AdmissionRequest request, ReviewSettings settings)
    {
        // Status, scale, ephemeral containers, exec: nothing there is ours.
        if (request.SubResource.Length > 0)
            return AdmissionDecision.Untouched;
        var report = KindOf(request) switch
        {
            ObjectKind.Definition => OfDefinition(request, settings),
            ObjectKind.Pod or ObjectKind.Workload => OfPods(request, settings),
            _ => null,
        };
        if (report is null)
            return AdmissionDecision.Untouched;
        string relaxed = report.IsAllowed ? ""
            : KindOf(request) == ObjectKind.Workload ? "template"
            : knowledge is { KnowsNamespaces: true } && knowledge.FindNamespace(request.Namespace) is { IsTerminating: true } ? "namespace-terminating"
            : "";
        return Decide(report, relaxed);
    }

    /// <summary>Works out what a pod lacks (<c>/mutate</c>).</summary>
    public AdmissionDecision Mutate(AdmissionRequest request, ReviewSettings settings)
    {
        if (!settings.Mutation.Enabled || request is not { Operation: "CREATE", SubResource: "", Object.ValueKind: JsonValueKind.Object } || KindOf(request) != ObjectKind.Pod
            || ReadPod(request, request.Object) is not { PassedOver: "" })
        {
            return AdmissionDecision.Untouched;
        }
        var annotations = knowledge?.FindNamespace(request.Namespace)?.Annotations ?? new Dictionary<string, string>();
        return new AdmissionDecision { Patch = PodMutator.Mutate(request.Object, request.Namespace, knowledge, annotations, settings.Mutation) };
    }

    // Null for what is not judged: operations that are unknown here, objects that are not there, and what is being deleted, which nobody can correct.
    private ValidationReport? OfDefinition(AdmissionRequest request, ReviewSettings settings)
    {
        var now = ReadDefinition(request, request.Object);
        var before = ReadDefinition(request, request.OldObject);
        return request.Operation switch
        {
            "CREATE" when now is not null => settings.Definitions.Validate(now, knowledge),
            "UPDATE" when now is not null && !IsBeingDeleted(request.OldObject) =>
                before is null ? settings.Definitions.Validate(now, knowledge) : settings.Updates.Validate(before, now, knowledge),
            "DELETE" when before is not null =>
                settings.Deletions.Validate(before, new Deletion(request.User, IsBeingDeleted(request.OldObject)), knowledge),
            _ => null,
        };
    }

    private ValidationReport? OfPods(AdmissionRequest request, ReviewSettings settings)
    {
        if (ReadPod(request, request.Object) is not { } now)
            return null;
        return request.Operation switch
        {
            "CREATE" => settings.Pods.Validate(now, knowledge),
            "UPDATE" when !IsBeingDeleted(request.OldObject) =>
                ReadPod(request, request.OldObject) is { } before && KindOf(request) == ObjectKind.Pod
                    ? settings.Updates.Validate(before, now, knowledge) : settings.Pods.Validate(now, knowledge),
            _ => null,
        };
    }

    private static NetworkAttachmentDefinition? ReadDefinition(AdmissionRequest request, JsonElement found) =>
        found.ValueKind == JsonValueKind.Object ? DefinitionReader.Read(found, request.Namespace, NameOf(request, found)) : null;

    // Names and namespaces are the request's: those in an object are what somebody wrote.
    private static PodUnderReview? ReadPod(AdmissionRequest request, JsonElement found)
    {
        if (found.ValueKind != JsonValueKind.Object || PodTemplatePath.Of(request.Kind) is not { } path)
            return null;
        var template = At(found, path.Keys);
        var replicas = At(found, path.Replicas);
        return PodReader.Read(template, request.Namespace) with
        {
            Namespace = request.Namespace,
            Name = NameOf(request, found),
            MetadataPath = path.MetadataPath,
            Replicas = path.Replicas.Count > 0 && replicas.ValueKind == JsonValueKind.Number && replicas.TryGetInt32(out int count) ? count : path.ImpliedReplicas,
        };
    }

    private static ObjectKind KindOf(AdmissionRequest request) => (request.Group, request.Version, request.Resource) switch
    {
        ("k8s.cni.cncf.io", "v1", NetworkAttachmentDefinition.Plural) => ObjectKind.Definition,
        ("", "v1", "pods") => ObjectKind.Pod,
        ("apps", "v1", "deployments" or "statefulsets" or "daemonsets" or "replicasets") or ("", "v1", "replicationcontrollers") or ("batch", "v1", "jobs" or "cronjobs") => ObjectKind.Workload,
        _ => ObjectKind.Other,
    };

    private static string NameOf(AdmissionRequest request, JsonElement found) =>
        request.Name.Length > 0 ? request.Name : TextAt(found, "metadata", "name") is { Length: > 0 } name ? name : TextAt(found, "metadata", "generateName");

    private static bool IsBeingDeleted(JsonElement found) => TextAt(found, "metadata", "deletionTimestamp").Length > 0;

    private static string TextAt(JsonElement found, params string[] keys) => At(found, keys) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static JsonElement At(JsonElement found, IReadOnlyList<string> keys)
    {
        foreach (string key in keys)
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(key, out found))
                return default;
        }
        return found;
    }

    private static AdmissionDecision Decide(ValidationReport report, string relaxed)
    {
        var errors = new List<Finding>();
        var warnings = new List<Finding>();
        foreach (var finding in report.Findings)
        {
            if (finding.IsError && relaxed.Length == 0)
                errors.Add(finding);
            else
                warnings.Add(finding.IsError ? finding with { Severity = ProblemSeverity.Warning } : finding);
        }
        return new AdmissionDecision { Errors = errors, Warnings = warnings, Skipped = report.Skipped, Relaxed = relaxed };
    }
}
