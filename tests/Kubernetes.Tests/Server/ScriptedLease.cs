using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace MultiNet.Kubernetes.Tests.Server;

/// <summary>One lease, as an API server has it: of two changes of one version the second is refused.</summary>
internal sealed class ScriptedLease
{
    private readonly Lock _lock = new();
    private JsonObject? _lease;
    private int _version;

    /// <summary>No answer for whom this is true: by the user agent.</summary>
    public Func<string, bool> IsCutOff { get; set; } = _ => false;

    public string? Holder
    {
        get
        {
            lock (_lock)
                return (string?)_lease?["spec"]!["holderIdentity"];
        }
    }

    public int Transitions
    {
        get
        {
            lock (_lock)
                return (int?)_lease?["spec"]!["leaseTransitions"] ?? 0;
        }
    }

    public async Task AnswerAsync(HttpContext context)
    {
        if (IsCutOff(context.Request.Headers.UserAgent.ToString()))
        {
            await context.StatusAsync(503, "ServiceUnavailable");
            return;
        }
        var body = context.Request.Method == "GET" ? null : await JsonNode.ParseAsync(context.Request.Body);
        (int code, string text) = Change(context.Request.Method, body?.AsObject());
        await (code < 300 ? context.JsonAsync(text, code) : context.StatusAsync(code, text));
    }

    private (int Code, string Text) Change(string method, JsonObject? body)
    {
        lock (_lock)
        {
            if (method == "POST")
            {
                if (_lease is not null)
                    return (409, "AlreadyExists");
                _lease = body!;
            }
            else if (_lease is null)
            {
                return (404, "NotFound");
            }
            else if (method == "PATCH")
            {
                if ((string?)body!["metadata"]!["resourceVersion"] != (string?)_lease["metadata"]!["resourceVersion"])
                    return (409, "Conflict");
                foreach (var (name, value) in body["spec"]!.AsObject())
                    _lease["spec"]![name] = value?.DeepClone();
            }
            if (method != "GET")
                _lease["metadata"]!["resourceVersion"] = $"{++_version}";
            return (200, _lease.ToJsonString());
        }
    }
}
