using System.Text.Json;

namespace MultiNet.Webhook.Admission;

/// <summary>The <c>request</c> of an AdmissionReview (admission.k8s.io/v1), as far as it is used here. Lives as long as the document it was read from.</summary>
internal sealed record AdmissionRequest
{
    /// <summary>Which request this is: the answer names it.</summary>
    public required string Uid { get; init; }

    /// <summary><c>CREATE</c>, <c>UPDATE</c>, <c>DELETE</c> or <c>CONNECT</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The resource's API group; empty for the core.</summary>
    public string Group { get; init; } = "";

    /// <summary>The resource's version.</summary>
    public string Version { get; init; } = "";

    /// <summary>The resource: <c>pods</c>.</summary>
    public string Resource { get; init; } = "";

    /// <summary>The sub-resource: <c>status</c>; empty for the object itself.</summary>
    public string SubResource { get; init; } = "";

    /// <summary>The object's kind.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The object's namespace; empty for what has none.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The object's name; empty where the API server has yet to make one.</summary>
    public string Name { get; init; } = "";

    /// <summary>Who asks.</summary>
    public string User { get; init; } = "";

    /// <summary>Will nothing be stored?</summary>
    public bool DryRun { get; init; }

    /// <summary>The object as it is to be; of kind undefined for DELETE.</summary>
    public JsonElement Object { get; init; }

    /// <summary>The object as it is; of kind undefined for CREATE.</summary>
    public JsonElement OldObject { get; init; }
}
