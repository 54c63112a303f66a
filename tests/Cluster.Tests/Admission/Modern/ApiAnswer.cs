using System.Net;
using System.Text.Json.Nodes;

namespace MultiNet.Cluster.Tests.Admission.Modern;

/// <summary>What the API server answered.</summary>
/// <param name="Code">The HTTP status.</param>
/// <param name="Body">The object, or a Status.</param>
/// <param name="Warnings">The headers Warning.</param>
internal sealed record ApiAnswer(HttpStatusCode Code, JsonNode Body, IReadOnlyList<string> Warnings)
{
    /// <summary>Was it done?</summary>
    public bool Succeeded => (int)Code is >= 200 and < 300;

    /// <summary>Why it was not; empty where it was.</summary>
    public string Message => Succeeded ? "" : (string?)Body["message"] ?? "";

    /// <summary>This, if it was done.</summary>
    public ApiAnswer MustSucceed() => Succeeded ? this : throw new InvalidOperationException($"{(int)Code}: {Body.ToJsonString()}");
}
