using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using MultiNet.Kubernetes.Tests.Server;

namespace MultiNet.Daemon.Tests;

/// <summary>An API server with pods, definitions and namespaces that a test changes; faults are put in front of it.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonObject> _objects = [];
    private readonly List<(long Version, string Path, string Line)> _changes = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version = 1000;

    private TestCluster(ScriptedServer server) => Server = server;

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

    public static async Task<TestCluster> StartAsync()
    {
        var cluster = new TestCluster(await ScriptedServer.StartAsync());
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
        else
        {
            await ListAsync(context, path);
        }
    }

    private async Task ListAsync(HttpContext context, string path)
    {
        string text;
        lock (_lock)
        {
            var items = _objects.Where(o => o.Key.StartsWith(path + "/", StringComparison.Ordinal)).Select(o => o.Value.ToJsonString()).ToArray();
            text = Answers.List(_version.ToString(), "", items);
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
        string[] parts = path.Split('/');
        // /api/v1/namespaces/NS/pods/NAME/status
        string key = $"{Pods}/{parts[4]}/{parts[6]}";
        string? answer = null;
        int code = 404;
        lock (_lock)
        {
            if (_objects.TryGetValue(key, out var pod))
            {
                var wanted = (string?)body["metadata"]!["uid"];
                code = wanted is null || wanted == (string?)pod["metadata"]!["uid"] ? 200 : 409;
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
            await context.StatusAsync(code, code == 404 ? "NotFound" : "Conflict");
    }
}
