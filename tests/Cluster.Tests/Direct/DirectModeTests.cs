using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Direct;

/// <summary>
/// The executable alone and the real API server, as a service account that has the documented permissions and no others. The calls are made by the
/// test, for pods that no kubelet takes.
/// </summary>
[Collection(ClusterCollection.Name)]
public sealed class DirectModeTests(ClusterUnderTest cluster)
{
    private const string Status = "k8s.v1.cni.cncf.io/network-status";

    [Fact]
    public Task Add_ReadsPodAndDefinitions_AndWritesTheStatus_WithTheDocumentedPermissions() => cluster.TestAsync(async test =>
    {
        await using var pod = await DirectPod.CreateAsync(test, "blue,green@fast0");

        (await pod.CallAsync("ADD")).MustSucceed("ADD");

        var written = (await test.PodAsync(pod.Name))["metadata"]!;
        var entries = JsonNode.Parse(written["annotations"]![Status]!.GetValue<string>())!.AsArray();
        Assert.Equal(
            ["direct-network eth0", $"{test.Namespace}/blue net1", $"{test.Namespace}/green fast0"], entries.Select(e => $"{e!["name"]} {e["interface"]}"));
        Assert.Equal("blue,green@fast0", written["annotations"]!["k8s.v1.cni.cncf.io/networks"]!.GetValue<string>());
        var seen = await pod.ShellAsync("ip -o -4 address show");
        foreach (var entry in entries)
            Assert.Contains(entry!["ips"]![0]!.GetValue<string>(), seen, StringComparison.Ordinal);
        (await pod.CallAsync("CHECK")).MustSucceed("CHECK");
        (await pod.CallAsync("DEL")).MustSucceed("DEL");
        Assert.DoesNotContain("eth0", await pod.ShellAsync("ip -o link"), StringComparison.Ordinal);
    });

    [Fact]
    public Task Add_FailsAndReleases_WhenThePodIsAnotherOne() => cluster.TestAsync(async test =>
    {
        await using var pod = await DirectPod.CreateAsync(test, "blue");

        var error = (await pod.CallAsync("ADD", uid: "11111111-2222-3333-4444-555555555555")).Output;

        Assert.Contains("expected pod UID", error, StringComparison.Ordinal);
        Assert.DoesNotContain("eth0", await pod.ShellAsync("ip -o link"), StringComparison.Ordinal);
    });

    [Fact]
    public Task Add_FailsWithCode11_WhenThePodIsGone() => cluster.TestAsync(async test =>
    {
        await using var pod = await DirectPod.CreateAsync(test, "blue");
        await test.Kubectl.RunAsync("delete", "pod", pod.Name, "-n", test.Namespace, "--grace-period=0", "--force");

        var error = JsonNode.Parse((await pod.CallAsync("ADD")).Output)!;

        Assert.Equal(11, error["code"]!.GetValue<int>());
        Assert.Contains("the pod is not in the API server https://127.0.0.1:6443", error["msg"]!.GetValue<string>(), StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("patch pods/status")]
    [InlineData("get network-attachment-definitions.k8s.cni.cncf.io")]
    [InlineData("get pods")]
    public Task Add_NamesThePermissionThatIsMissing_AndReleases(string permission) => cluster.TestAsync(async test =>
    {
        await using var pod = await DirectPod.CreateAsync(test, "blue", without: permission);

        var error = (await pod.CallAsync("ADD")).Output;

        Assert.Contains($"lacks the permission \\\"{permission}\\\"", error, StringComparison.Ordinal);
        Assert.Contains("403", error, StringComparison.Ordinal);
        Assert.DoesNotContain("eth0", await pod.ShellAsync("ip -o link"), StringComparison.Ordinal);
        Assert.Null((await test.PodAsync(pod.Name))["metadata"]!["annotations"]![Status]);
    });

    [Fact]
    public Task Add_SaysThatTheCredentialsAreNotAccepted() => cluster.TestAsync(async test =>
    {
        await using var pod = await DirectPod.CreateAsync(test, "blue");
        pod.WriteToken("not-a-token");

        var error = JsonNode.Parse((await pod.CallAsync("ADD")).Output)!;

        Assert.Equal(11, error["code"]!.GetValue<int>());
        Assert.Contains("are not accepted", error["details"]!.GetValue<string>(), StringComparison.Ordinal);
    });

    [Fact]
    public Task Add_NamesTheDefinitionThatIsMissing() => cluster.TestAsync(async test =>
    {
        await using var pod = await DirectPod.CreateAsync(test, "red");
        Assert.Contains($"cannot find a network-attachment-definition (red) in namespace ({test.Namespace})", (await pod.CallAsync("ADD")).Output, StringComparison.Ordinal);
    });

    [Fact]
    public Task Gc_ListsTheDefinitions() => cluster.TestAsync(async test =>
    {
        await using var pod = await DirectPod.CreateAsync(test, "blue");
        (await pod.CallAsync("ADD")).MustSucceed("ADD");
        (await pod.CallAsync("GC")).MustSucceed("GC");
        (await pod.CallAsync("CHECK")).MustSucceed("CHECK");
        (await pod.CallAsync("DEL")).MustSucceed("DEL");
    });

    [Fact]
    public Task AddAndDel_WhileTheApiServerIsAway() => cluster.TestAsync(async test =>
    {
        await using var pod = await DirectPod.CreateAsync(test, "blue");
        (await pod.CallAsync("ADD")).MustSucceed("ADD");
        await cluster.ScriptAsync("kill", "kube-apiserver");
        try
        {
            (await pod.CallAsync("DEL")).MustSucceed("DEL");
            var error = JsonNode.Parse((await pod.CallAsync("ADD")).Output)!;
            Assert.Equal(11, error["code"]!.GetValue<int>());
            Assert.Contains("API server https://127.0.0.1:6443: Connection refused", error["msg"]!.GetValue<string>(), StringComparison.Ordinal);
        }
        finally
        {
            await cluster.ScriptAsync("run", "kube-apiserver");
        }

        await Eventually.HoldsAsync("ADD with the API server back", async () => (await pod.CallAsync("ADD")).ExitCode == 0);
        (await pod.CallAsync("DEL")).MustSucceed("DEL");
    });
}
