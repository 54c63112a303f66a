using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace MultiNet.Kubernetes.Tests.Server;

/// <summary>
/// Pods and attachment definitions behind a <see cref="ScriptedServer"/>: reads, lists in pages and merge patches of annotations, as an API
/// server does it. A test may put itself before it.
/// </summary>
internal sealed class ScriptedCluster
{
    private readonly ConcurrentDictionary<string, JsonObject> _objects = new();
    private int _asked;
    private int _open;
    private int _mostOpen;

    /// <summary>How long each request waits for its answer.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Answers instead of the cluster; false: the cluster answers after all.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    /// <summary>Does it have the resource of definitions?</summary>
    public bool HasDefinitions { get; set; } = true;

    /// <summary>At most so many items in a page, whatever is asked for.</summary>
    public int PageSize { get; set; } = 500;

    /// <summary>How many requests were open at a time, at most.</summary>
    public int MostOpen => _mostOpen;

    /// <summary>How many requests there were.</summary>
    public int Asked => _asked;

    /// <summary>The bodies of the patches.</summary>
    public ConcurrentQueue<JsonObject> Patches { get; } = new();

    /// <summary>Counts from the beginning.</summary>
    public void Forget()
    {
        _asked = _mostOpen = 0;
        Patches.Clear();
    }

    /// <summary>Adds a pod.</summary>
    public ScriptedCluster Pod(string name, string networks = "", string uid = "", params (string Key, string Value)[] annotations)
    {
        var all = new JsonObject();
        if (networks.Length > 0)
            all["k8s.v1.cni.cncf.io/networks"] = networks;
        foreach (var (key, value) in annotations)
            all[key] = value;
        return Put($"/api/v1/namespaces/default/pods/{name}", "Pod", name, uid.Length > 0 ? uid : $"uid-of-{name}", all, new JsonObject());
    }

    /// <summary>Adds a definition.</summary>
    public ScriptedCluster Definition(string name, string config, string @namespace = "default") => Put(
        $"/apis/k8s.cni.cncf.io/v1/namespaces/{@namespace}/network-attachment-definitions/{name}", "NetworkAttachmentDefinition", name, $"uid-of-{name}",
        [], new JsonObject { ["config"] = config }, @namespace);

    /// <summary>Removes a pod.</summary>
    public void DeletePod(string name) => _objects.TryRemove($"/api/v1/namespaces/default/pods/{name}", out _);

    /// <summary>An annotation of a pod, or null.</summary>
    public string? Annotation(string pod, string key)
    {
        lock (_objects)
            return _objects[$"/api/v1/namespaces/default/pods/{pod}"]["metadata"]!["annotations"]![key]?.GetValue<string>();
    }

    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _asked);
        int open = Interlocked.Increment(ref _open);
        for (int most = _mostOpen; open > most; most = _mostOpen)
            Interlocked.CompareExchange(ref _mostOpen, open, most);
        try
        {
            if (Latency > TimeSpan.Zero)
                await Task.Delay(Latency, context.RequestAborted);
            if (!await Before(context))
                await AnswerWithObjectsAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task AnswerWithObjectsAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        if (!HasDefinitions && path.Contains("network-attachment-definitions", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync("404 page not found\n");
        }
        else if (path.EndsWith("/network-attachment-definitions", StringComparison.Ordinal) || path == "/api/v1/pods")
        {
            await ListAsync(context, path[(path.LastIndexOf('/') + 1)..]);
        }
        else if (context.Request.Method == "PATCH")
        {
            await PatchAsync(context, path.EndsWith("/status", StringComparison.Ordinal) ? path[..^"/status".Length] : path);
        }
        else if (_objects.TryGetValue(path, out var found))
        {
            string text;
            lock (_objects)
                text = found.ToJsonString();
            await context.JsonAsync(text);
        }
        else
        {
            string name = path[(path.LastIndexOf('/') + 1)..];
            await context.StatusAsync(404, "NotFound", $"\\\"{name}\\\" not found", $$"""{"name": "{{name}}"}""");
        }
    }

    private Task ListAsync(HttpContext context, string plural)
    {
        var all = _objects.Where(o => o.Key.Contains($"/{plural}/", StringComparison.Ordinal)).OrderBy(o => o.Key, StringComparer.Ordinal).ToList();
        int from = int.TryParse(context.Request.Query["continue"], out int number) ? number : 0;
        int limit = Math.Min(int.TryParse(context.Request.Query["limit"], out int asked) ? asked : int.MaxValue, PageSize);
        string next = from + limit < all.Count ? $"{from + limit}" : "";
        return context.JsonAsync(Answers.List("1", next, [.. all.Skip(from).Take(limit).Select(o => o.Value.ToJsonString())]));
    }

    private async Task PatchAsync(HttpContext context, string path)
    {
        var patch = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!.AsObject();
        Patches.Enqueue(patch);
        if (!_objects.TryGetValue(path, out var found))
        {
            await context.StatusAsync(404, "NotFound");
            return;
        }
        string? text = null;
        lock (_objects)
        {
            if (patch["metadata"]!["uid"] is not { } uid || uid.GetValue<string>() == found["metadata"]!["uid"]!.GetValue<string>())
            {
                foreach (var (key, value) in patch["metadata"]!["annotations"]!.AsObject())
                    found["metadata"]!["annotations"]![key] = value?.DeepClone();
                text = found.ToJsonString();
            }
        }
        await (text is null ? context.OtherUidAsync() : context.JsonAsync(text));
    }

    private ScriptedCluster Put(string path, string kind, string name, string uid, JsonObject annotations, JsonObject spec, string @namespace = "default")
    {
        _objects[path] = new JsonObject
        {
            ["kind"] = kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = name, ["namespace"] = @namespace, ["uid"] = uid, ["resourceVersion"] = "1", ["annotations"] = annotations,
            },
            ["spec"] = spec,
        };
        return this;
    }
}
