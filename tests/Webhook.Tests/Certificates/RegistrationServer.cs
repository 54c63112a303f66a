using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace MultiNet.Webhook.Tests.Certificates;

/// <summary>
/// Secrets and webhook configurations behind a <see cref="ScriptedServer"/>, with versions and patches as an API server has them. What the real one
/// does is shown by tests/Cluster.Tests; here a year passes in seconds, and faults come on demand.
/// </summary>
internal sealed class RegistrationServer : IAsyncDisposable
{
    public const string Secret = "/api/v1/namespaces/multinet-system/secrets/multinet-webhook-ca";
    public const string Validating = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/multinet-webhook";
    public const string Mutating = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/multinet-webhook";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonObject> _objects = [];
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _version = 100;

    private RegistrationServer(ScriptedServer server) => Server = server;

    public ScriptedServer Server { get; }

    /// <summary>Answers instead; false: the server answers after all.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    public static async Task<RegistrationServer> StartAsync()
    {
        var server = new RegistrationServer(await ScriptedServer.StartAsync());
        server.Server.Answer = server.AnswerAsync;
        return server;
    }

    /// <summary>Registers webhooks under a path.</summary>
    public void Register(string path, params string[] webhooks) => Put(path, new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = Name(path), ["uid"] = "u1" },
        ["webhooks"] = new JsonArray([.. webhooks.Select(w => new JsonObject
        {
            ["name"] = w, ["clientConfig"] = new JsonObject { ["service"] = new JsonObject { ["name"] = "multinet-webhook" } }, ["failurePolicy"] = "Fail",
        })]),
    });

    /// <summary>An object, or null.</summary>
    public JsonObject? Find(string path)
    {
        lock (_lock)
            return _objects.TryGetValue(path, out var found) ? found.DeepClone().AsObject() : null;
    }

    /// <summary>Changes an object as somebody else would.</summary>
    public void Change(string path, Action<JsonObject> change)
    {
        var found = Find(path)!;
        change(found);
        Put(path, found);
    }

    public void Delete(string path)
    {
        lock (_lock)
        {
            _objects.Remove(path);
            Announce();
        }
    }

    /// <summary>The bundle of the first webhook, as text.</summary>
    public string Bundle(string path = Validating) => Encoding.UTF8.GetString(Convert.FromBase64String((string?)Find(path)!["webhooks"]![0]!["clientConfig"]!["caBundle"] ?? ""));

    /// <summary>A value of the Secret, as text; null where it has none.</summary>
    public string? Value(string key) => (string?)Find(Secret)?["data"]?[key] is { } text ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : null;

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private void Put(string path, JsonObject item)
    {
        lock (_lock)
        {
            item["metadata"]!["resourceVersion"] = $"{++_version}";
            _objects[path] = item;
            Announce();
        }
    }

    private void Announce()
    {
        _change.TrySetResult();
        _change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (await Before(context))
            return;
        string path = context.Request.Path.Value!;
        if (context.IsWatch())
        {
            await WatchAsync(context, path);
            return;
        }
        if (context.Request.Query["fieldSelector"].ToString() is { Length: > 0 } selector)
        {
            var item = Find($"{path}/{selector.Split('=')[1]}");
            await context.JsonAsync(Answers.List($"{_version}", "", item is null ? [] : [item.ToJsonString()]));
            return;
        }
        var body = context.Request.Method == "GET" ? null : (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        int code = 200;
        string answer = "";
        lock (_lock)
        {
            if (body is not null && context.Request.Method == "POST")
                path += $"/{body["metadata"]!["name"]}";
            bool isThere = _objects.TryGetValue(path, out var found);
            if (context.Request.Method == "POST")
            {
                code = isThere ? 409 : 201;
                if (!isThere)
                {
                    body!["metadata"]!["uid"] = $"uid-{_version}";
                    Put(path, body);
                }
            }
            else if (!isThere)
            {
                code = 404;
            }
            else if (body is not null)
            {
                var said = body["metadata"]!;
                code = (string?)said["resourceVersion"] == (string?)found!["metadata"]!["resourceVersion"] && (string?)said["uid"] == (string?)found["metadata"]!["uid"] ? 200 : 409;
                if (code == 200)
                    Put(path, Patched(found, body, context.Request.ContentType!.Contains("strategic", StringComparison.Ordinal)));
            }
            if (code < 300)
                answer = _objects[path].ToJsonString();
        }
        if (code < 300)
            await context.JsonAsync(answer, code);
        else
            await context.StatusAsync(code, code == 404 ? "NotFound" : context.Request.Method == "POST" ? "AlreadyExists" : "Conflict");
    }

    private async Task WatchAsync(HttpContext context, string path)
    {
        string name = context.Request.Query["fieldSelector"].ToString().Split('=')[1];
        string last = context.Request.Query["resourceVersion"].ToString();
        context.Response.ContentType = "application/json";
        await context.Response.Body.FlushAsync();
        while (true)
        {
            Task change;
            JsonObject? item;
            lock (_lock)
                (change, item) = (_change.Task, Find($"{path}/{name}"));
            if (item is not null && int.Parse((string)item["metadata"]!["resourceVersion"]!) > int.Parse(last))
            {
                last = (string)item["metadata"]!["resourceVersion"]!;
                await context.Response.WriteAsync(Answers.Event("MODIFIED", item.ToJsonString()));
                await context.Response.Body.FlushAsync();
            }
            await change.WaitAsync(context.RequestAborted);
        }
    }

    private static JsonObject Patched(JsonObject item, JsonObject patch, bool isStrategic)
    {
        var result = item.DeepClone().AsObject();
        Merge(result, patch, isStrategic);
        return result;
    }

    private static void Merge(JsonObject into, JsonObject patch, bool isStrategic)
    {
        foreach (var (key, value) in patch)
        {
            if (value is null)
                into.Remove(key);
            else if (value is JsonObject inner && into[key] is JsonObject target)
                Merge(target, inner, isStrategic);
            else if (isStrategic && value is JsonArray items && into[key] is JsonArray list)
                items.ToList().ForEach(i => Merge(list.First(l => (string?)l!["name"] == (string?)i!["name"])!.AsObject(), i!.AsObject(), isStrategic));
            else
                into[key] = value.DeepClone();
        }
    }

    private static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];
}
