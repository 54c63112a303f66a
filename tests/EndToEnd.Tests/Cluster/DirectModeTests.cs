using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Kernel;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Cluster;

/// <summary>The executable alone with an API server: what it asks, what it writes, and what needs no server.</summary>
public sealed class DirectModeTests
{
    private static readonly string[] s_status = ["cluster-net eth0", "default/storage net1", "default/fast fast0", "default/uplink net3"];

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(300)]
    [InlineData(1000)]
    public async Task Add_AttachesAndReports_HoweverSlowTheServerAnswers(int milliseconds)
    {
        await using var node = await ApiNode.StartAsync();
        var before = await node.SettleAsync();
        node.Cluster.Latency = TimeSpan.FromMilliseconds(milliseconds);

        (await node.Node.AddAsync("pod1")).MustSucceed();

        Assert.Equal(["eth0", "fast0", "lo", "net1", "net3"], (await node.Node.Node.PodShellAsync("pod1", "ls /sys/class/net; ip -br link | cut -d' ' -f1 | cut -d@ -f1 | sort"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(5));
        Assert.Equal(s_status, node.Status());
        Assert.Equal(
            [
                "GET /api/v1/namespaces/default/pods/pod1",
                "GET /apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions/fast",
                "GET /apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions/storage",
                "GET /apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions/uplink",
                "PATCH /api/v1/namespaces/default/pods/pod1/status",
            ],
            node.Server.Requests.Order(StringComparer.Ordinal));
        if (milliseconds > 0)
            Assert.Equal(3, node.Cluster.MostOpen);

        (await node.Node.CheckAsync("pod1")).MustSucceed();
        (await node.Node.DelAsync("pod1")).MustSucceed();
        Assert.Equal(5, node.Server.Requests.Count);
        await Leaks.MustBeNoneAsync(node.Node.Node, before, shared: "br-");
    }

    [Fact]
    public async Task CheckDelAndStatus_NeedNoServer()
    {
        await using var node = await ApiNode.StartAsync();
        var before = await node.SettleAsync();
        (await node.Node.AddAsync("pod1")).MustSucceed();
        await node.StopServerAsync();
        node.DeleteKubeconfig();

        (await node.Node.CheckAsync("pod1")).MustSucceed();
        (await node.Node.StatusAsync()).MustSucceed();
        (await node.Node.DelAsync("pod1")).MustSucceed();
        (await node.Node.DelAsync("pod1")).MustSucceed();
        await Leaks.MustBeNoneAsync(node.Node.Node, before, shared: "br-");
    }

    [Fact]
    public async Task Gc_ReleasesTheSandboxesThatAreGone_WithoutAServer_AndReportsIt()
    {
        await using var node = await ApiNode.StartAsync();
        var before = await node.SettleAsync();
        (await node.Node.AddAsync("pod1")).MustSucceed();
        await node.StopServerAsync();

        var error = (await node.Node.GcAsync()).MustFail();

        Assert.Contains("cannot list network-attachment-definitions", error.Output, StringComparison.Ordinal);
        await Leaks.MustBeNoneAsync(node.Node.Node, before, shared: "br-");
    }

    [Fact]
    public async Task Gc_ListsDefinitionsInPages_AndAgain_WhenTheServerHasForgottenThem()
    {
        await using var node = await ApiNode.StartAsync();
        (await node.Node.AddAsync("pod1")).MustSucceed();
        node.Cluster.PageSize = 1;
        var forgotten = 0;
        node.Cluster.Before = async context =>
        {
            if (context.Request.Query["continue"] != "2" || Interlocked.Increment(ref forgotten) > 1)
                return false;
            node.Cluster.PageSize = 500;
            await Kubernetes.Tests.Server.Answers.StatusAsync(context, 410, "Expired", "the provided continue parameter is too old");
            return true;
        };

        (await node.Node.GcAsync("pod1")).MustSucceed();

        Assert.Equal(1, forgotten);
        (await node.Node.CheckAsync("pod1")).MustSucceed();
        Assert.DoesNotContain("limit=", node.Server.Requests.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_ReadsNoneOfTheMachinesCertificates()
    {
        await using var node = await ApiNode.StartAsync();
        var traced = (await node.Node.TracedAsync("pod1", "ADD", "openat")).MustSucceed("ADD under strace");
        Assert.Contains("multinet.kubeconfig", traced.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("/etc/ssl", traced.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("/usr/lib/ssl", traced.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_ProvesItselfByAClientCertificate()
    {
        await using var node = await ApiNode.StartAsync();
        using var certificate = node.Authority.Issue("system:node:n1");
        using var key = certificate.GetECDsaPrivateKey()!;
        node.Node.Node.Write("/etc/cni/net.d/multinet.d/client.key", key.ExportECPrivateKeyPem());
        node.WriteKubeconfig(node.Server.Url, new JsonObject
        {
            ["client-certificate-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(certificate.ExportCertificatePem())),
            ["client-key"] = "client.key",
        });
        string? seen = null;
        node.Cluster.Before = context =>
        {
            seen = context.Connection.ClientCertificate?.Subject;
            return Task.FromResult(false);
        };
        (await node.Node.AddAsync("pod1")).MustSucceed();
        Assert.Equal("CN=system:node:n1", seen);
    }

    [Fact]
    public async Task Add_FindsTheServerByItsName()
    {
        await using var node = await ApiNode.StartAsync(certificate: authority => authority.Issue("apiserver", null, "api.cluster.test"));
        await node.Node.Node.ShellAsync("echo '127.0.0.1 api.cluster.test' >> /etc/hosts");
        node.WriteKubeconfig(new UriBuilder(node.Server.Url) { Host = "api.cluster.test" }.Uri);
        (await node.Node.AddAsync("pod1")).MustSucceed();
        Assert.Equal(s_status, node.Status());
    }

    [Fact]
    public async Task Del_OpensNoConnection()
    {
        await using var node = await ApiNode.StartAsync();
        (await node.Node.AddAsync("pod1")).MustSucceed();
        var traced = (await node.Node.TracedAsync("pod1", "DEL", "socket,connect,openat")).MustSucceed("DEL under strace");
        Assert.Contains("AF_NETLINK", traced.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("AF_INET", traced.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("multinet.kubeconfig", traced.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_OfAStaticPod_WritesToItsMirror()
    {
        await using var node = await ApiNode.StartAsync();
        node.Cluster.Pod("pod1", "storage", "uid-of-the-mirror", ("kubernetes.io/config.source", "file"));
        (await node.Node.AddAsync("pod1")).MustSucceed();
        Assert.Equal("uid-of-the-mirror", Assert.Single(node.Cluster.Patches)["metadata"]!["uid"]!.GetValue<string>());
    }

    [Fact]
    public async Task Plan_ShowsWhatAPodOfTheClusterWouldGet()
    {
        await using var node = await ApiNode.StartAsync();
        node.Node.Node.Write("/etc/cni/net.d/00-multinet.conflist", $$"""{"cniVersion": "1.0.0", "name": "multinet", "plugins": [{{node.Node.Request()}}]}""");
        var plan = (await node.Node.Node.RunAsync([$"{NodeSandbox.BuiltInBin}/multinet", "plan", "--config", "/etc/cni/net.d/00-multinet.conflist", "--pod", "default/pod1"]))
            .MustSucceed("multinet plan").Output;
        Assert.Contains("fast0", plan, StringComparison.Ordinal);
        Assert.Contains("default/uplink", plan, StringComparison.Ordinal);
        Assert.Equal(4, node.Server.Requests.Count);
    }
}
