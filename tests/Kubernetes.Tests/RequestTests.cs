using System.Net;
using MultiNet.Kubernetes.Tests.Server;

namespace MultiNet.Kubernetes.Tests;

public sealed class RequestTests
{
    private static readonly ObjectKey Key = new("default", "p");

    [Fact]
    public async Task Get_ReadsAnObject()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => context.JsonAsync(Answers.Pod("p", "7", annotation: "x"));
        using var client = server.Client(new KubeConfigUser { Token = "secret" });

        var pod = await client.GetAsync(ResourceTypes.Pods, Key, default);

        Assert.Equal(("p", "7", "x", "n1"), (pod.Metadata.Name, pod.Metadata.ResourceVersion, pod.Metadata.Annotation("a"), pod.Spec.NodeName));
        Assert.Equal("GET /api/v1/namespaces/default/pods/p", Assert.Single(server.Requests));
    }

    [Fact]
    public async Task Request_SaysWhoAsks()
    {
        await using var server = await ScriptedServer.StartAsync();
        (string, string, string) headers = default;
        server.Answer = context =>
        {
            var sent = context.Request.Headers;
            headers = (sent.Authorization.ToString(), sent.UserAgent.ToString(), sent.Accept.ToString());
            return context.JsonAsync(Answers.Pod("p", "7"));
        };
        using var client = server.Client(new KubeConfigUser { Token = "secret" });

        await client.GetAsync(ResourceTypes.Pods, Key, default);

        Assert.Equal(("Bearer secret", "multinet/test (linux/amd64)", "application/json"), headers);
    }

    [Fact]
    public async Task Patch_SendsAMergePatchToTheSubresource()
    {
        await using var server = await ScriptedServer.StartAsync();
        string? body = null, type = null;
        server.Answer = async context =>
        {
            type = context.Request.ContentType;
            body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            await context.JsonAsync(Answers.Pod("p", "8"));
        };
        using var client = server.Client();

        await client.MergePatchAsync(ResourceTypes.Pods, Key, "status", writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("metadata");
            writer.WriteString("uid", "u1");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }, default);

        Assert.Equal("PATCH /api/v1/namespaces/default/pods/p/status", Assert.Single(server.Requests));
        Assert.Equal(("application/merge-patch+json", """{"metadata":{"uid":"u1"}}"""), (type, body));
    }

    [Fact]
    public async Task Refusal_IsATypedError()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => context.StatusAsync(422, "Invalid", "it is bad", """{"causes": [{"field": "spec.config", "message": "not JSON"}, {"message": "more"}]}""");
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubeApiException>(() => client.GetAsync(ResourceTypes.Pods, Key, default));

        Assert.True(error.IsInvalid);
        Assert.Contains("it is bad", error.Message);
        Assert.Equal(["spec.config: not JSON", "more"], error.Causes);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(404, "NotFound", nameof(KubeApiException.IsNotFound))]
    [InlineData(409, "Conflict", nameof(KubeApiException.IsConflict))]
    [InlineData(409, "AlreadyExists", nameof(KubeApiException.IsAlreadyExists))]
    [InlineData(410, "Expired", nameof(KubeApiException.IsExpired))]
    [InlineData(403, "Forbidden", nameof(KubeApiException.IsForbidden))]
    public async Task Refusal_SaysWhatItIs(int code, string reason, string property)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => context.StatusAsync(code, reason);
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubeApiException>(() => client.GetAsync(ResourceTypes.Pods, Key, default));

        Assert.True((bool)typeof(KubeApiException).GetProperty(property)!.GetValue(error)!);
        Assert.Equal(property == nameof(KubeApiException.IsConflict), error.IsConflict);
    }

    [Fact]
    public async Task PatchOfAnotherUid_IsTold()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => context.OtherUidAsync();
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubeApiException>(() => client.GetAsync(ResourceTypes.Pods, Key, default));

        Assert.True(error.IsOfAnotherUid);
    }

    [Fact]
    public async Task TransientFailures_AreTriedAgain()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => server.Requests.Count switch
        {
            1 => context.StatusAsync(503, "ServiceUnavailable"),
            2 => context.StatusAsync(429, "TooManyRequests"),
            _ => context.JsonAsync(Answers.Pod("p", "7")),
        };
        using var client = server.Client();

        Assert.Equal("p", (await client.GetAsync(ResourceTypes.Pods, Key, default)).Metadata.Name);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task TransientFailures_AreTriedAFewTimesOnly()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => context.StatusAsync(503, "ServiceUnavailable", "going down");
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubeApiException>(() => client.GetAsync(ResourceTypes.Pods, Key, default));

        Assert.Contains("going down", error.Message);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Create_IsNotSentTwice_WhenNobodyKnowsWhatBecameOfIt()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => context.StatusAsync(500, "InternalError");
        using var client = server.Client();

        await Assert.ThrowsAsync<KubeApiException>(() => client.CreateAsync("api/v1/namespaces/default/pods", "{}"u8.ToArray(), KubernetesJson.Default.Pod, default));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Server_ThatIsDown_IsAnErrorInBoundedTime()
    {
        ApiServerClient client;
        Uri url;
        await using (var server = await ScriptedServer.StartAsync())
        {
            url = server.Url;
            client = server.Client();
        }

        var error = await Assert.ThrowsAsync<KubeConnectionException>(() => client.GetAsync(ResourceTypes.Pods, Key, default));

        Assert.Contains(url.Port.ToString(), error.Message);
        Assert.Contains("refused", error.Message);
        client.Dispose();
    }

    [Fact]
    public async Task Server_ThatDoesNotAnswer_IsAnErrorInBoundedTime()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        // On a busy machine a request may not have arrived when it is given up: then with more time.
        for (double seconds = 0.2; ; seconds *= 2)
        {
            server.Requests.Clear();
            using var client = server.Client(retry: ScriptedServer.Quick with { Attempts = 2, AttemptTimeout = TimeSpan.FromSeconds(seconds) });
            var error = await Assert.ThrowsAsync<KubeConnectionException>(() => client.GetAsync(ResourceTypes.Pods, Key, default));
            Assert.Contains($"no answer within {seconds:0.#} seconds", error.Message);
            if (server.Requests.Count == 2 || seconds > 10)
                break;
        }

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Cancellation_IsNoFailureOfTheServer()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var client = server.Client();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync(ResourceTypes.Pods, Key, cancel.Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>a proxy</html>")]
    [InlineData("[]")]
    [InlineData("{\"metadata\": 7}")]
    [InlineData("null")]
    [InlineData("{\"metadata\": {\"name\": \"p")]
    public async Task Garbage_IsAnError(string garbage)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => context.JsonAsync(garbage);
        using var client = server.Client(retry: RetryPolicy.Once);

        await Assert.ThrowsAsync<KubeConnectionException>(() => client.GetAsync(ResourceTypes.Pods, Key, default));
    }

    [Fact]
    public async Task GarbageAsRefusal_IsAnErrorWithTheCode()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => context.JsonAsync("<html>not today</html>", 403);
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubeApiException>(() => client.GetAsync(ResourceTypes.Pods, Key, default));

        Assert.Equal(HttpStatusCode.Forbidden, error.StatusCode);
        Assert.Contains("not today", error.Message);
    }

    [Theory]
    [InlineData("../secrets")]
    [InlineData("a/b")]
    [InlineData("p?x=y")]
    [InlineData("%2e%2e")]
    public async Task Names_StayOnePartOfThePath(string name)
    {
        await using var server = await ScriptedServer.StartAsync();
        string? path = null;
        server.Answer = context =>
        {
            path = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            return context.StatusAsync(404, "NotFound");
        };
        using var client = server.Client();

        await Assert.ThrowsAsync<KubeApiException>(() => client.GetAsync(ResourceTypes.Pods, new ObjectKey("default", name), default));

        Assert.Equal($"/api/v1/namespaces/default/pods/{Uri.EscapeDataString(name)}", path);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public void Names_ThatWouldLeaveThePath_AreRefused(string name) =>
        Assert.Throws<ArgumentException>(() => ApiPath.Object("v1", "pods", "default", name));

    [Fact]
    public async Task List_ReadsAllPages()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => context.Request.Query["continue"].ToString() switch
        {
            "" => context.JsonAsync(Answers.List("10", "t1", Answers.Pod("a", "1"), Answers.Pod("b", "2"))),
            "t1" => context.JsonAsync(Answers.List("10", "t2", Answers.Pod("c", "3"))),
            _ => context.JsonAsync("""{"metadata":{"resourceVersion":"10"},"items":null}"""),
        };
        using var client = server.Client();

        var list = await client.ListAsync(ResourceTypes.Pods, new ListSelector(FieldSelector: "spec.nodeName=n1"), "0", default);

        Assert.Equal(["a", "b", "c"], list.Items!.Select(p => p.Metadata.Name));
        Assert.Equal("10", list.Metadata.ResourceVersion);
        Assert.Equal("GET /api/v1/pods?fieldSelector=spec.nodeName%3Dn1&limit=500&resourceVersion=0", server.Requests.First());
    }

    [Fact]
    public async Task List_BeginsAgainInOneGo_WhenThePagesExpire()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Answer = context => context.Request.Query switch
        {
            var query when query["continue"] == "t1" => context.StatusAsync(410, "Expired"),
            var query when query.ContainsKey("limit") => context.JsonAsync(Answers.List("10", "t1", Answers.Pod("a", "1"))),
            _ => context.JsonAsync(Answers.List("11", "", Answers.Pod("a", "1"), Answers.Pod("b", "2"))),
        };
        using var client = server.Client();

        var list = await client.ListAsync(ResourceTypes.Pods, new ListSelector(), "", default);

        Assert.Equal(["a", "b"], list.Items!.Select(p => p.Metadata.Name));
        Assert.Equal("11", list.Metadata.ResourceVersion);
    }
}
