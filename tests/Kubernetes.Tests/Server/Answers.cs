using Microsoft.AspNetCore.Http;

namespace MultiNet.Kubernetes.Tests.Server;

/// <summary>Answers as an API server gives them.</summary>
internal static class Answers
{
    public static Task JsonAsync(this HttpContext context, string json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    public static Task StatusAsync(this HttpContext context, int code, string reason, string message = "no", string details = "null") => context.JsonAsync(
        $$"""{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": {{code}}, "reason": "{{reason}}", "message": "{{message}}", "details": {{details}}}""", code);

    /// <summary>What a real API server (1.20) says to a patch with another UID.</summary>
    public static Task OtherUidAsync(this HttpContext context) => context.StatusAsync(
        422, "Invalid", "Pod is invalid: metadata.uid: field is immutable",
        """{"kind": "Pod", "causes": [{"reason": "FieldValueInvalid", "message": "Invalid value: field is immutable", "field": "metadata.uid"}]}""");

    public static string Pod(string name, string version, string uid = "u1", string annotation = "") =>
        $$$"""{"kind":"Pod","metadata":{"name":"{{{name}}}","namespace":"default","uid":"{{{uid}}}","resourceVersion":"{{{version}}}","annotations":{"a":"{{{annotation}}}"}},"spec":{"nodeName":"n1"}}""";

    public static string List(string version, string next, params string[] items) =>
        $$"""{"kind":"PodList","metadata":{"resourceVersion":"{{version}}","continue":"{{next}}"},"items":[{{string.Join(",", items)}}]}""";

    public static string Event(string type, string item) => $$"""{"type":"{{type}}","object":{{item}}}""" + "\n";

    public static string Bookmark(string version) => Event("BOOKMARK", $$$"""{"kind":"Pod","metadata":{"resourceVersion":"{{{version}}}"}}""");

    public static bool IsWatch(this HttpContext context) => context.Request.Query.ContainsKey("watch");
}
