using System.Text;
using System.Text.Json;

namespace MultiNet.Kubernetes.Requests;

/// <summary>Reads the Status object of a refusal. Whatever the body is, an error comes of it.</summary>
internal static class ApiStatus
{
    private const int LargestBody = 256 * 1024;
    private const int LongestText = 500;

    /// <summary>The error of an answer.</summary>
    public static async Task<KubeApiException> ReadErrorAsync(HttpResponseMessage response, ApiRequest request, CancellationToken cancellationToken)
    {
        byte[] body = [];
        try
        {
            using var stream = new LimitedStream(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), LargestBody);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
            body = copy.ToArray();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The status line says enough.
        }
        var after = response.Headers.RetryAfter?.Delta;
        return Error(body, response.StatusCode, request.ToString(), after);
    }

    /// <summary>The error of an object that a watch brought.</summary>
    public static KubeApiException Error(JsonElement status, string request) =>
        Error(status, status.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out int number) ? (System.Net.HttpStatusCode)number : 0, request, null);

    private static KubeApiException Error(byte[] body, System.Net.HttpStatusCode code, string request, TimeSpan? after)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return Error(document.RootElement, code, request, after);
        }
        catch (JsonException)
        {
            // Of a proxy, perhaps, in HTML.
        }
        return new KubeApiException($"{request}: {(int)code} {Cut(Encoding.UTF8.GetString(body))}".TrimEnd(), code, "", [], after);
    }

    private static KubeApiException Error(JsonElement status, System.Net.HttpStatusCode code, string request, TimeSpan? after)
    {
        var causes = new List<string>();
        if (status.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Object)
        {
            if (details.TryGetProperty("causes", out var list) && list.ValueKind == JsonValueKind.Array)
            {
                foreach (var cause in list.EnumerateArray())
                    causes.Add(Text(cause, "field") is { Length: > 0 } field ? $"{field}: {Text(cause, "message")}" : Text(cause, "message"));
            }
            if (after is null && details.TryGetProperty("retryAfterSeconds", out var seconds) && seconds.ValueKind == JsonValueKind.Number && seconds.TryGetInt32(out int number) && number is > 0 and < 3600)
                after = TimeSpan.FromSeconds(number);
        }
        return new KubeApiException($"{request}: {(int)code} {Cut(Text(status, "message"))}".TrimEnd(), code, Text(status, "reason"), causes, after);
    }

    private static string Text(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string Cut(string text)
    {
        text = text.ReplaceLineEndings(" ");
        return text.Length > LongestText ? text[..LongestText] + "..." : text;
    }
}
