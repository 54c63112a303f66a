using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace MultiNet.Kubernetes.Tests.Server;

/// <summary>
/// Pods, definitions and namespaces that can be watched, behind a <see cref="ScriptedServer"/>; events and merge patches of annotations are
/// taken. A test may put faults in front of it.
/// </summary>
internal sealed class WatchedCluster : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonObject> _objects = [];
    private readonly List<(long Version, string Path, string Line)> _changes = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, (long Version, string[] Items)> _rests = [];
    private long _version = 1000;
    private int _lastRest;

    private WatchedCluster(ScriptedServer server) => Server = server;

    public const string Pods = "/api/v1/pods";
    public const string Definitions = "/apis/k8s.cni.cncf.io/v1/network-attachment-definitions";
    public const string Namespaces = "/api/v1/namespaces";

    /// <summary>The server.</summary>
    public ScriptedServer Server { get; }

    /// <summary>Looks at a request first; true: it was answered.</summary>
    public Func<HttpContext, Task<bool>> Fault { get; set; } = _ => Task.FromResult(false);

    /// <summary>The bodies of events that were made.</summary>
    public ConcurrentQueue<JsonObject> Events { get; } = new();

    /// <summary>The bodies of patches, with their path.</summary>
    public ConcurrentQueue<(string Path, JsonObject Body)> Patches { get; } = new();

    /// <inheritdoc cref="ScriptedServer.StartAsync"/>
    public static async Task<WatchedCluster> StartAsync(X509Certificate2? certificate = null, Func<EndPoint, Socket>? socket = null)
    {
        var cluster = new WatchedCluster(await ScriptedServer.StartAsync(certificate, socket));
        cluster.Server.Answer = cluster.AnswerAsync;
        return cluster;
    }

    /// <summary>Puts a pod there.</summary>
    public void AddPod(string name, string uid = "", string @namespace = "default", params (string Key, string Value)[] annotations)
    {
        var notes = new JsonObject();
        foreach (var (key, value) in annotations)
            notes[key] = value;
        Put(Pods, new JsonObject
        {
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace, ["uid"] = uid.Length > 0 ? uid : $"uid-{name}", ["annotations"] = notes },
            ["spec"] = new JsonObject { ["nodeName"] = "node1", ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "i" }) },
        });
    }

    /// <summary>Puts a definition there.</summary>
    public void AddDefinition(string name, string config, string @namespace = "default") => Put(Definitions, new JsonObject
    {
        ["kind"] = "NetworkAttachmentDefinition",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace, ["uid"] = $"uid-{name}" },
        ["spec"] = new JsonObject { ["config"] = config },
    });

    /// <summary>Puts a namespace there.</summary>
    public void AddNamespace(string name) => Put(Namespaces, new JsonObject { ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "" } });

    /// <summary>Puts a pod there as it is given.</summary>
    public void AddPod(JsonObject pod) => Put(Pods, pod);

    /// <summary>Takes an object away.</summary>
    public void Remove(string collection, string name, string @namespace = "default")
    {
        lock (_lock)
        {
            if (_objects.Remove($"{collection}/{@namespace}/{name}", out var gone))
                Announce(collection, "DELETED", gone);
        }
    }

    /// <summary>An annotation of a pod, or null.</summary>
    public string? Annotation(string pod, string key, string @namespace = "default")
    {
        lock (_lock)
            return _objects.TryGetValue($"{Pods}/{@namespace}/{pod}", out var found) ? (string?)found["metadata"]!["annotations"]?[key] : null;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private void Put(string collection, JsonObject item)
    {
        lock (_lock)
        {
            string key = $"{collection}/{item["metadata"]!["namespace"]}/{item["metadata"]!["name"]}";
            bool isNew = !_objects.ContainsKey(key);
            _objects[key] = item;
            Announce(collection, isNew ? "ADDED" : "MODIFIED", item);
        }
    }

    private void Announce(string collection, string type, JsonObject item)
    {
        item["metadata"]!["resourceVersion"] = (++_version).ToString();
        _changes.Add((_version, collection, Answers.Event(type, item.ToJsonString())));
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (await Fault(context))
            return;
        string path = context.Request.Path.Value!;
        if (context.Request.Method == "POST" && path.EndsWith("/events", StringComparison.Ordinal))
        {
            var body = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
            Events.Enqueue(body);
            await context.JsonAsync(body.ToJsonString(), 201);
        }
        else if (context.Request.Method == "PATCH")
        {
            await PatchAsync(context, path);
        }
        else if (context.IsWatch())
        {
            await WatchAsync(context, path);
        }
        else if (path is Pods or Definitions or Namespaces)
        {
            await ListAsync(context, path);
        }
        else
        {
            await GetAsync(context, path);
        }
    }

    private async Task GetAsync(HttpContext context, string path)
    {
        string? text;
        lock (_lock)
            text = _objects.TryGetValue(KeyOf(path), out var found) ? found.ToJsonString() : null;
        await (text is null ? context.StatusAsync(404, "NotFound") : context.JsonAsync(text));
    }

    // From .../namespaces/NAMESPACE/RESOURCE/NAME[/status] to .../RESOURCE/NAMESPACE/NAME.
    private static string KeyOf(string path)
    {
        var parts = path.Split('/').ToList();
        int at = parts.IndexOf("namespaces");
        return at < 0 || parts.Count < at + 4 ? path : $"{string.Join('/', parts[..at])}/{parts[at + 2]}/{parts[at + 1]}/{parts[at + 3]}";
    }

    // In pages as a real one does: the rest of a list stays as it was when its first page was asked for, and "0" is answered in one piece.
    private async Task ListAsync(HttpContext context, string path)
    {
        var query = context.Request.Query;
        string text;
        lock (_lock)
        {
            var (version, items) = query["continue"].ToString() is { Length: > 0 } token && _rests.Remove(token, out var rest)
                ? rest
                : (_version, [.. _objects.Where(o => o.Key.StartsWith(path + "/", StringComparison.Ordinal)).Select(o => o.Value.ToJsonString())]);
            int limit = query["resourceVersion"] != "0" && int.TryParse(query["limit"], out int wanted) ? wanted : int.MaxValue;
            string next = "";
            if (items.Length > limit)
            {
                next = $"rest-{++_lastRest}";
                _rests[next] = (version, items[limit..]);
                items = items[..limit];
            }
            text = Answers.List(version.ToString(), next, items);
        }
        await context.JsonAsync(text);
    }

    private async Task WatchAsync(HttpContext context, string path)
    {
        long from = long.Parse(context.Request.Query["resourceVersion"]!);
        await context.Response.StartAsync();
        while (!context.RequestAborted.IsCancellationRequested)
        {
            var text = new StringBuilder();
            Task changed;
            lock (_lock)
            {
                foreach (var (version, _, line) in _changes.Where(c => c.Version > from && c.Path == path))
                {
                    text.Append(line);
                    from = version;
                }
                changed = _changed.Task;
            }
            if (text.Length > 0)
            {
                await context.Response.WriteAsync(text.ToString());
                await context.Response.Body.FlushAsync();
            }
            await changed.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PatchAsync(HttpContext context, string path)
    {
        var body = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
        Patches.Enqueue((path, body));
        string key = KeyOf(path);
        string? answer = null;
        int code = 404;
        lock (_lock)
        {
            if (_objects.TryGetValue(key, out var pod))
            {
                var wanted = (string?)body["metadata"]!["uid"];
                code = wanted is null || wanted == (string?)pod["metadata"]!["uid"] ? 200 : 422;
                if (code == 200)
                {
                    foreach (var (name, value) in body["metadata"]!["annotations"]!.AsObject())
                        pod["metadata"]!["annotations"]![name] = value?.DeepClone();
                    Announce(Pods, "MODIFIED", pod);
                    answer = pod.ToJsonString();
                }
            }
        }
        if (answer is not null)
            await context.JsonAsync(answer);
        else
            await (code == 404 ? context.StatusAsync(404, "NotFound") : context.OtherUidAsync());
    }
}
