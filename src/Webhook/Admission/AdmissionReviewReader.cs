using System.Text.Json;
using MultiNet.Networks;

namespace MultiNet.Webhook.Admission;

/// <summary>Reads AdmissionReview of admission.k8s.io/v1, and nothing else.</summary>
internal static class AdmissionReviewReader
{
    /// <summary>The version of the API.</summary>
    public const string ApiVersion = "admission.k8s.io/v1";

    /// <summary>The kind.</summary>
    public const string Kind = "AdmissionReview";

    /// <summary>Deeper nesting is refused: no object needs it, and it would cost stack.</summary>
    public const int MaxDepth = 64;

    private const int LongestUid = 256, LongestName = 512;

    /// <summary>Reads the envelope.</summary>
    /// <exception cref="AdmissionReviewException">Not JSON, nested too deeply, or with strings that are no text.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (JsonText.IsUnicode(utf8.Span))
                return document;
            document.Dispose();
            throw new AdmissionReviewException("a string is not valid Unicode");
        }
        catch (JsonException e)
        {
            // Its own message may quote what it was given.
            throw new AdmissionReviewException($"not JSON, or nested deeper than {MaxDepth} levels (line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1})", e);
        }
    }

    /// <summary>Reads the request.</summary>
    /// <exception cref="AdmissionReviewException">Another kind or version, no request, or values of other types.</exception>
    public static AdmissionRequest Read(JsonElement review)
    {
        if (review.ValueKind != JsonValueKind.Object)
            throw new AdmissionReviewException($"expected an {Kind}, found {review.ValueKind}");
        string version = Text(review, "apiVersion", LongestName), kind = Text(review, "kind", LongestName);
        if (kind != Kind)
            throw new AdmissionReviewException($"expected the kind {Kind}, found {Quoted.Text(kind)}");
        if (version != ApiVersion)
            throw new AdmissionReviewException($"{Kind} of {Quoted.Text(version)} is not spoken here, only {ApiVersion}: set admissionReviewVersions to [\"v1\"] in the webhook configuration");
        var request = Object(review, "request") ?? throw new AdmissionReviewException($"the {Kind} has no request");
        var resource = Object(request, "resource");
        var objectKind = Object(request, "kind");
        string uid = Text(request, "uid", LongestUid), operation = Text(request, "operation", LongestName);
        if (uid.Length == 0)
            throw new AdmissionReviewException("the request has no uid");
        if (operation.Length == 0)
            throw new AdmissionReviewException("the request has no operation");
        return new AdmissionRequest
        {
            Uid = uid,
            Operation = operation,
            Group = Text(resource, "group", LongestName),
            Version = Text(resource, "version", LongestName),
            Resource = Text(resource, "resource", LongestName),
            SubResource = Text(request, "subResource", LongestName),
            Kind = Text(objectKind, "kind", LongestName),
            Namespace = Text(request, "namespace", LongestName),
            Name = Text(request, "name", LongestName),
            User = Text(Object(request, "userInfo"), "username", int.MaxValue),
            DryRun = Bool(request, "dryRun"),
            Object = Object(request, "object") ?? default,
            OldObject = Object(request, "oldObject") ?? default,
        };
    }

    private static JsonElement? Object(JsonElement parent, string key)
    {
        if (!parent.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Object ? value : throw new AdmissionReviewException($"{key}: expected an object, found {value.ValueKind}");
    }

    private static string Text(JsonElement? parent, string key, int longest)
    {
        if (parent is not { } found || !found.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
            return "";
        if (value.ValueKind != JsonValueKind.String)
            throw new AdmissionReviewException($"{key}: expected a string, found {value.ValueKind}");
        string text = value.GetString()!;
        return text.Length <= longest ? text : throw new AdmissionReviewException($"{key}: {text.Length} characters; at most {longest} are taken");
    }

    private static bool Bool(JsonElement parent, string key)
    {
        if (!parent.TryGetProperty(key, out var value) || value.ValueKind is JsonValueKind.Null or JsonValueKind.False)
            return false;
        return value.ValueKind == JsonValueKind.True ? true : throw new AdmissionReviewException($"{key}: expected a boolean, found {value.ValueKind}");
    }
}
