using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace MultiNet.Kubernetes.Kubelet;

/// <summary>How a call ended, from the headers <c>grpc-status</c> and <c>grpc-message</c>.</summary>
/// <param name="Code">The code.</param>
/// <param name="Message">For people; may be empty.</param>
internal readonly record struct GrpcStatus(GrpcStatusCode Code, string Message)
{
    /// <summary>
    /// From an answer whose body has been read: the trailers have it, or the headers where nothing but a failure was sent. An answer that
    /// says nothing of it has failed (gRPC over HTTP/2, responses).
    /// </summary>
    public static GrpcStatus Of(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
            return new(CodeOf(response.StatusCode), $"HTTP status {(int)response.StatusCode}, 200 is expected");
        string type = response.Content.Headers.ContentType?.MediaType ?? "";
        if (!type.StartsWith("application/grpc", StringComparison.Ordinal))
            return new(GrpcStatusCode.Internal, $"content type \"{type}\", application/grpc is expected");
        return From(response.TrailingHeaders) ?? From(response.Headers) ?? new(GrpcStatusCode.Internal, "the answer has no grpc-status");
    }

    private static GrpcStatus? From(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("grpc-status", out var values))
            return null;
        string text = string.Join(',', values);
        string message = headers.TryGetValues("grpc-message", out var messages) ? Uri.UnescapeDataString(string.Join(',', messages)) : "";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? new(number is >= 0 and <= 16 ? (GrpcStatusCode)number : GrpcStatusCode.Unknown, message)
            : new(GrpcStatusCode.Internal, $"grpc-status \"{text}\" is no number");
    }

    // "HTTP to gRPC status code mapping".
    private static GrpcStatusCode CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => GrpcStatusCode.Internal,
        HttpStatusCode.Unauthorized => GrpcStatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => GrpcStatusCode.PermissionDenied,
        HttpStatusCode.NotFound => GrpcStatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => GrpcStatusCode.Unavailable,
        _ => GrpcStatusCode.Unknown,
    };
}
