using Microsoft.AspNetCore.Http;
using MultiNet.EndToEnd.Tests.Kernel;
using MultiNet.EndToEnd.Tests.Meta;
using MultiNet.Kubernetes.Tests.Server;

namespace MultiNet.EndToEnd.Tests.Cluster;

/// <summary>
/// An API server in trouble: an ADD gives all networks, or a clear error after a time that ends, and nothing is left behind; and a DEL is never concerned.
/// </summary>
public sealed class ApiFaultTests
{
    private const string Pod = "GET /api/v1/namespaces/default/pods/pod1";
    private const string Definition = "network-attachment-definitions/fast";
    private const string Patch = "PATCH";

    // The server's faults by name: theories show names.
    private static readonly Dictionary<string, Func<HttpContext, Task<bool>>> s_faults = new()
    {
        ["silence"] = Fault.Silence,
        ["a page for people"] = Fault.Page,
        ["an endless answer"] = Fault.Endless,
        ["a gigabyte"] = Fault.Huge,
        ["a reset"] = Fault.Reset,
        ["401"] = Fault.Refuse(401, "Unauthorized"),
        ["403"] = Fault.Refuse(403, "Forbidden"),
        ["404"] = Fault.Refuse(404, "NotFound"),
        ["409"] = Fault.Refuse(409, "Conflict"),
        ["another UID"] = Fault.OtherUid,
        ["429"] = Fault.Refuse(429, "TooManyRequests", retryAfter: 1),
        ["429 for an hour"] = Fault.Refuse(429, "TooManyRequests", retryAfter: 3600),
        ["500"] = Fault.Refuse(500, "InternalError"),
        ["503"] = Fault.Refuse(503, "ServiceUnavailable"),
    };

    /// <summary>A request, what the server does with it every time, the error's code, and what the error says.</summary>
    public static TheoryData<string, string, int, string> Lasting => new()
    {
        { Pod, "silence", 11, "no answer within" },
        { Pod, "a page for people", 11, "the answer is not what was asked for" },
        { Pod, "an endless answer", 11, "longer than" },
        { Pod, "a gigabyte", 11, "1073741824 bytes" },
        { Pod, "a reset", 11, "API server https://127.0.0.1:" },
        { Pod, "401", 11, "are not accepted" },
        { Pod, "403", 999, "lacks the permission \\\"get pods\\\"" },
        { Pod, "404", 11, "the pod is not in the API server" },
        { Pod, "429 for an hour", 11, "TooManyRequests says the server" },
        { Pod, "500", 11, "InternalError says the server" },
        { Pod, "503", 11, "ServiceUnavailable says the server" },
        { Definition, "silence", 11, "no answer within" },
        { Definition, "a page for people", 11, "the answer is not what was asked for" },
        { Definition, "an endless answer", 11, "longer than" },
        { Definition, "a reset", 11, "network-attachment-definitions" },
        { Definition, "403", 999, "lacks the permission \\\"get network-attachment-definitions.k8s.cni.cncf.io\\\"" },
        { Definition, "404", 7, "cannot find a network-attachment-definition (fast) in namespace (default)" },
        { Patch, "silence", 11, "no answer within" },
        { Patch, "a page for people", 11, "the answer is not what was asked for" },
        { Patch, "a reset", 11, "network-status of pod default/pod1" },
        { Patch, "401", 11, "are not accepted" },
        { Patch, "403", 999, "lacks the permission \\\"patch pods/status\\\"" },
        { Patch, "404", 11, "pod default/pod1 was deleted while its networks were attached" },
        { Patch, "another UID", 11, "pod default/pod1 was deleted while its networks were attached" },
        { Patch, "409", 11, "pod default/pod1 was deleted while its networks were attached" },
        { Patch, "503", 11, "ServiceUnavailable says the server" },
    };

    /// <summary>A request, and what the server does with it once.</summary>
    public static TheoryData<string, string> Passing => new()
    {
        { Pod, "429" }, { Pod, "500" }, { Pod, "503" }, { Pod, "a reset" }, { Pod, "a page for people" },
        { Definition, "429" }, { Definition, "503" }, { Definition, "a reset" },
        { Patch, "409" }, { Patch, "429" }, { Patch, "503" }, { Patch, "a reset" },
    };

    [Theory]
    [MemberData(nameof(Lasting))]
    public async Task Add_FailsClearly_AndLeavesNothing_WhenTheServerAlwaysAnswersWith(string request, string fault, int code, string says)
    {
        await using var node = await ApiNode.StartAsync("""{"apiTimeoutSeconds": 6}""");
        var before = await node.SettleAsync();
        node.Cluster.Before = Fault.On(request, s_faults[fault]);

        var error = (await node.Node.AddAsync("pod1")).MustFail();

        Assert.True(error.ErrorCode == code, error.Output);
        Assert.Contains(says, error.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.ErrorMessage);
        Assert.DoesNotContain(ApiNode.Token, error.Output + error.Stderr, StringComparison.Ordinal);
        await Leaks.MustBeNoneAsync(node.Node.Node, before, fault, shared: "br-");
        node.Cluster.Before = _ => Task.FromResult(false);
        (await node.Node.AddAsync("pod1")).MustSucceed();
        Assert.Equal(4, node.Status()!.Length);
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Add_Succeeds_WhenTheServerOnceAnswersWith(string request, string fault)
    {
        await using var node = await ApiNode.StartAsync();
        node.Cluster.Before = Fault.On(request, s_faults[fault], times: 1);
        (await node.Node.AddAsync("pod1")).MustSucceed();
        Assert.Equal(4, node.Status()!.Length);
    }

    [Theory]
    [InlineData("expired", "cannot get pod default/pod1: API server https://127.0.0.1:")]
    [InlineData("of another host", "cannot get pod default/pod1: API server https://127.0.0.1:")]
    [InlineData("of another authority", "cannot get pod default/pod1: API server https://127.0.0.1:")]
    public async Task Add_FailsClearly_WhenTheServersCertificateIs(string what, string says)
    {
        using var other = new TestAuthority("somebody else");
        await using var node = await ApiNode.StartAsync(certificate: authority => what switch
        {
            "expired" => authority.Issue("apiserver", DateTimeOffset.UtcNow.AddHours(-1), "127.0.0.1"),
            "of another host" => authority.Issue("apiserver", null, "api.example.com"),
            _ => other.Issue("apiserver", null, "127.0.0.1"),
        });
        var before = await KernelState.TakeAsync(node.Node.Node);

        var error = (await node.Node.AddAsync("pod1")).MustFail();

        Assert.True(error.ErrorCode == 11, error.Output);
        Assert.StartsWith(says, error.ErrorMessage[error.ErrorMessage.IndexOf("cannot", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains("certificate", error.ErrorMessage, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(node.Server.Requests);
        await Leaks.MustBeNoneAsync(node.Node.Node, before);
    }

    [Fact]
    public async Task Add_ReadsTheTokenAgain_WhenItWasRotatedMeanwhile()
    {
        await using var node = await ApiNode.StartAsync();
        node.Cluster.Before = async context =>
        {
            if (context.Request.Headers.Authorization == "Bearer new-token")
                return false;
            node.WriteToken("new-token");
            await context.StatusAsync(401, "Unauthorized");
            return true;
        };
        (await node.Node.AddAsync("pod1")).MustSucceed();
        Assert.Equal(4, node.Status()!.Length);
    }

    [Fact]
    public async Task Add_FailsClearly_WhenTheServerRefusesConnections_AndDelIsNotConcerned()
    {
        await using var node = await ApiNode.StartAsync();
        var before = await KernelState.TakeAsync(node.Node.Node);
        await node.StopServerAsync();

        var error = (await node.Node.AddAsync("pod1")).MustFail();

        Assert.True(error.ErrorCode == 11, error.Output);
        Assert.Contains("cannot get pod default/pod1: API server https://127.0.0.1:", error.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("Connection refused", error.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("multinet.kubeconfig", error.Output, StringComparison.Ordinal);
        (await node.Node.DelAsync("pod1")).MustSucceed();
        await Leaks.MustBeNoneAsync(node.Node.Node, before);
    }

    [Fact]
    public async Task Add_ReleasesEverything_WhenTheServerDiesBeforeTheStatusIsWritten()
    {
        await using var node = await ApiNode.StartAsync("""{"apiTimeoutSeconds": 6}""");
        var before = await node.SettleAsync();
        node.Cluster.Before = Fault.On(Patch, async context =>
        {
            context.Abort();
            await node.StopServerAsync();
            return true;
        });

        var error = (await node.Node.AddAsync("pod1")).MustFail();

        Assert.True(error.ErrorCode == 11, error.Output);
        Assert.Contains("network-status", error.ErrorMessage, StringComparison.Ordinal);
        await Leaks.MustBeNoneAsync(node.Node.Node, before, shared: "br-");
    }

    [Fact]
    public async Task Add_FailsClearly_WhenThePodIsAnotherOne()
    {
        await using var node = await ApiNode.StartAsync();
        node.Cluster.Pod("pod1", ThreeNetworks.Annotation, "uid-of-its-successor");
        var error = (await node.Node.AddAsync("pod1")).MustFail();
        Assert.Contains("expected pod UID \\\"uid-of-pod1\\\" but got \\\"uid-of-its-successor\\\"", error.Output, StringComparison.Ordinal);
        Assert.Single(node.Server.Requests);
    }

    [Fact]
    public async Task Add_NamesTheKubeconfig_WhenItIsMissing()
    {
        await using var node = await ApiNode.StartAsync();
        node.DeleteKubeconfig();
        var error = (await node.Node.AddAsync("pod1")).MustFail();
        Assert.Contains("multinet.kubeconfig: cannot be read", error.ErrorMessage, StringComparison.Ordinal);
        (await node.Node.DelAsync("pod1")).MustSucceed();
    }
}
