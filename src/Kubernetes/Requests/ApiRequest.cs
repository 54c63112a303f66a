using System.Net;
using System.Net.Http.Headers;

namespace MultiNet.Kubernetes.Requests;

/// <summary>A request that can be sent several times.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">Path and query, relative to the server.</param>
internal sealed record ApiRequest(HttpMethod Method, string Path)
{
    /// <summary>The body; empty for none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What the body is.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>May it be sent again when nobody knows whether it arrived? A merge patch may: it sets the same values again.</summary>
    public bool IsIdempotent => Method != HttpMethod.Post;

    /// <summary>The message.</summary>
    public HttpRequestMessage ToMessage(Uri server)
    {
        var message = new HttpRequestMessage(Method, new Uri(server, Path))
        {
            // Over TLS the server chooses; in the clear only HTTP/1.1 is spoken.
            Version = server.Scheme == "https" ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (!Body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        }
        return message;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}";
}
