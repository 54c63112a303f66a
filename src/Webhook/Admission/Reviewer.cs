using System.Text.Json;
using MultiNet.Kubernetes;
using MultiNet.Networks;
using MultiNet.Validation;
using MultiNet.Webhook.Knowledge;
using MultiNet.Webhook.Mutation;

namespace MultiNet.Webhook.Admission;

/// <summary>Decides about requests. No side effects: a dry run is judged as everything else, and the same request gets the same answer.</summary>
/// <param name="knowledge">What is known of the cluster; null for nothing.</param>
internal sealed class Reviewer(IWebhookKnowledge? knowledge)
{
    /// <summary>
    /// The reviewer for one request. It knows the definitions that a new object names, though the watch has not told of them yet, and the workloads that
    /// name a definition which somebody deletes.
    /// </summary>
    public async ValueTask<Reviewer> ForAsync(AdmissionRequest request, ReviewSettings settings, CancellationToken cancellationToken)
    {
        if (knowledge is null || request.SubResource.Length > 0)
            return this;
        var kind = RequestedObject.KindOf(request);
        var more = request.Operation switch
        {
            // What is changed is not refused for what is missing: it was missing before.
            "CREATE" => await knowledge.WithAsync(Wanted(request, kind, settings), cancellationToken).ConfigureAwait(false),
            "DELETE" when kind == ObjectKind.Definition && !new Deletion(request.User, RequestedObject.IsBeingDeleted(request.OldObject)).IsOfCollector && !IsTerminating(request) =>
                await knowledge.WithWorkloadsAsync(cancellationToken).ConfigureAwait(false),
            _ => knowledge,
        };
        return ReferenceEquals(more, knowledge) ? this : new Reviewer(more);
    }

    private IReadOnlyList<ObjectKey> Wanted(AdmissionRequest request, ObjectKind kind, ReviewSettings settings)
    {
        switch (kind)
        {
            case ObjectKind.Pod or ObjectKind.Workload when RequestedObject.ReadPod(request, request.Object) is { } pod:
                string defaults = settings.Mutation is { Enabled: true, NamespaceDefaults: true }
                    ? knowledge!.FindNamespace(request.Namespace)?.Annotations.GetValueOrDefault(AnnotationKeys.DefaultNetworks) ?? "" : "";
                return WantedDefinitions.Of(pod, defaults, settings.Options);
            case ObjectKind.Policy when RequestedObject.ReadPolicy(request, request.Object) is { } policy:
                return WantedDefinitions.Of(policy);
            default:
                return [];
        }
    }

    /// <summary>Judges an object (<c>/validate</c>).</summary>
    public AdmissionDecision Validate(AdmissionRequest request, ReviewSettings settings)
    {
        // Status, scale, ephemeral containers, exec: nothing there is ours.
        if (request.SubResource.Length > 0)
            return AdmissionDecision.Untouched;
        var kind = RequestedObject.KindOf(request);
        var report = kind switch
        {
            ObjectKind.Definition => OfDefinition(request, settings),
            ObjectKind.Pod or ObjectKind.Workload => OfPods(request, settings),
            ObjectKind.Policy => OfPolicy(request, settings),
            ObjectKind.Namespace => OfNamespace(request, settings),
            _ => null,
        };
        if (report is null)
            return AdmissionDecision.Untouched;
        string relaxed = report.IsAllowed ? ""
            : kind == ObjectKind.Workload ? "template"
            : kind == ObjectKind.Namespace ? "namespace"
            : IsTerminating(request) ? "namespace-terminating"
            : "";
        return Decide(report, relaxed);
    }

    /// <summary>Works out what a pod lacks (<c>/mutate</c>).</summary>
    public AdmissionDecision Mutate(AdmissionRequest request, ReviewSettings settings)
    {
        if (!settings.Mutation.Enabled || request is not { Operation: "CREATE", SubResource: "", Object.ValueKind: JsonValueKind.Object } || RequestedObject.KindOf(request) != ObjectKind.Pod
            || RequestedObject.ReadPod(request, request.Object) is not { PassedOver: "" })
        {
            return AdmissionDecision.Untouched;
        }
        var annotations = knowledge?.FindNamespace(request.Namespace)?.Annotations ?? new Dictionary<string, string>();
        return new AdmissionDecision { Patch = PodMutator.Mutate(request.Object, request.Namespace, knowledge, annotations, settings.Mutation) };
    }

    // Null for what is not judged: operations that are unknown here, objects that are not there, and what is being deleted, which nobody can correct.
    private ValidationReport? OfDefinition(AdmissionRequest request, ReviewSettings settings)
    {
        var now = RequestedObject.ReadDefinition(request, request.Object);
        var before = RequestedObject.ReadDefinition(request, request.OldObject);
        return request.Operation switch
        {
            "CREATE" when now is not null => settings.Definitions.Validate(now, knowledge),
            "UPDATE" when now is not null && !RequestedObject.IsBeingDeleted(request.OldObject) =>
                before is null ? settings.Definitions.Validate(now, knowledge) : settings.Updates.Validate(before, now, knowledge),
            "DELETE" when before is not null =>
                settings.Deletions.Validate(before, new Deletion(request.User, RequestedObject.IsBeingDeleted(request.OldObject)), knowledge),
            _ => null,
        };
    }

    private ValidationReport? OfPods(AdmissionRequest request, ReviewSettings settings)
    {
        if (RequestedObject.ReadPod(request, request.Object) is not { } now)
            return null;
        return request.Operation switch
        {
            "CREATE" => settings.Pods.Validate(now, knowledge),
            "UPDATE" when !RequestedObject.IsBeingDeleted(request.OldObject) =>
                RequestedObject.ReadPod(request, request.OldObject) is { } before && RequestedObject.KindOf(request) == ObjectKind.Pod
                    ? settings.Updates.Validate(before, now, knowledge) : settings.Pods.Validate(now, knowledge),
            _ => null,
        };
    }

    private ValidationReport? OfPolicy(AdmissionRequest request, ReviewSettings settings)
    {
        if (RequestedObject.ReadPolicy(request, request.Object) is not { } now)
            return null;
        return request.Operation switch
        {
            "CREATE" => settings.Policies.Validate(now, knowledge),
            "UPDATE" when !RequestedObject.IsBeingDeleted(request.OldObject) =>
                RequestedObject.ReadPolicy(request, request.OldObject) is { } before ? settings.Policies.Validate(before, now, knowledge) : settings.Policies.Validate(now, knowledge),
            _ => null,
        };
    }

    // The annotation has a meaning only where pods are completed.
    private ValidationReport? OfNamespace(AdmissionRequest request, ReviewSettings settings) =>
        settings.Mutation is { Enabled: true, NamespaceDefaults: true } && request.Operation is "CREATE" or "UPDATE" && request.Object.ValueKind == JsonValueKind.Object
            && !RequestedObject.IsBeingDeleted(request.Object)
            ? settings.Namespaces.Validate(RequestedObject.NameOf(request, request.Object), RequestedObject.AnnotationsOf(request.Object), knowledge) : null;

    private bool IsTerminating(AdmissionRequest request) => knowledge is { KnowsNamespaces: true } && knowledge.FindNamespace(request.Namespace) is { IsTerminating: true };

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
