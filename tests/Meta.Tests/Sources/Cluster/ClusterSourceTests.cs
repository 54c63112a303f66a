using System.Net;
using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Kubernetes.Tests.Server;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Sources.Cluster;
using MultiNet.Meta.Tests.Doubles;

namespace MultiNet.Meta.Tests.Sources.Cluster;

public sealed class ClusterSourceTests
{
    private const string Bridge = """{"cniVersion":"1.0.0","type":"bridge","bridge":"br1"}""";

    private static readonly PodReference s_web = new("default", "web", "uid-of-web");

    [Fact]
    public async Task Plan_AsksForThePodOnce_AndForEachDefinitionOnce()
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.Pod("web", "n1, n2, n1@again, other/n3").Definition("n1", Bridge).Definition("n2", Bridge).Definition("n3", Bridge, "other");
        using var api = node.Api();

        var plan = Planned.Plan(new ClusterSource(api));

        Assert.Equal(["eth0", "net1", "net2", "again", "net4"], plan.Attachments.Select(a => a.InterfaceName));
        Assert.Equal("uid-of-web", plan.PodUid);
        Assert.Equal(
            [
                "GET /api/v1/namespaces/default/pods/web",
                "GET /apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions/n1",
                "GET /apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions/n2",
                "GET /apis/k8s.cni.cncf.io/v1/namespaces/other/network-attachment-definitions/n3",
            ],
            node.Requests);
    }

    [Fact]
    public async Task Plan_AsksForDefinitionsSideBySide()
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.Pod("web", "n1, n2, n3").Definition("n1", Bridge).Definition("n2", Bridge).Definition("n3", Bridge);
        using var together = new CountdownEvent(3);
        node.Cluster.Before = async context =>
        {
            // Nobody is answered before all three have asked.
            if (context.Request.Path.Value!.Contains("definitions", StringComparison.Ordinal))
            {
                together.Signal();
                await Task.Run(() => together.Wait(TimeSpan.FromSeconds(60)));
            }
            return false;
        };
        using var api = node.Api();
        Assert.Equal(4, Planned.Plan(new ClusterSource(api)).Attachments.Count);
        Assert.True(together.IsSet);
    }

    [Fact]
    public async Task Plan_DoesNotAskForWhatThePodMayNotUse()
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.Pod("web", "secret/n1").Definition("n1", Bridge, "secret");
        using var api = node.Api();
        var error = Assert.Throws<CniException>(() => Planned.Plan(new ClusterSource(api), "\"namespaceIsolation\":true"));
        Assert.Contains("namespace isolation", error.Message);
        Assert.Equal(["GET /api/v1/namespaces/default/pods/web"], node.Requests);
    }

    [Fact]
    public async Task Plan_TriesAgainLater_WhenThePodIsNotThere()
    {
        await using var node = await ClusterNode.StartAsync();
        using var api = node.Api();
        var error = Assert.Throws<CniException>(() => Planned.Plan(new ClusterSource(api)));
        Assert.Equal(CniErrorCode.TryAgainLater, error.Code);
        Assert.Contains($"the pod is not in the API server {node.Url.AbsoluteUri.TrimEnd('/')}", error.Message);
    }

    [Theory]
    [InlineData("api", false)]
    [InlineData("file", true)]
    public async Task Plan_RefusesAPodOfAnotherUid_UnlessItIsStatic(string configSource, bool isStatic)
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.Pod("web", "", "uid-of-mirror", ("kubernetes.io/config.source", configSource));
        using var api = node.Api();
        var source = new ClusterSource(api);
        if (isStatic)
        {
            Assert.Equal("uid-of-mirror", Planned.Plan(source, request: Planned.Request(uid: "u1")).PodUid);
            return;
        }
        var error = Assert.Throws<CniException>(() => Planned.Plan(source, request: Planned.Request(uid: "u1")));
        Assert.Contains("expected pod UID \"u1\" but got \"uid-of-mirror\"", error.Message);
    }

    [Fact]
    public async Task Plan_NamesTheDefinitionThatIsMissing()
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.Pod("web", "n1");
        using var api = node.Api();
        var error = Assert.Throws<CniException>(() => Planned.Plan(new ClusterSource(api)));
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, error.Code);
        Assert.Contains("cannot find a network-attachment-definition (n1) in namespace (default)", error.Message);
        Assert.DoesNotContain("crds", error.Details);
    }

    [Fact]
    public async Task Plan_SaysThatTheClusterLacksTheResource()
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.Pod("web", "n1").HasDefinitions = false;
        using var api = node.Api();
        Assert.Contains("apply crds/network-attachment.yaml", Assert.Throws<CniException>(() => Planned.Plan(new ClusterSource(api))).Details);
    }

    [Fact]
    public async Task Definitions_AreListedInPages()
    {
        await using var node = await ClusterNode.StartAsync();
        for (int i = 0; i < 7; i++)
            node.Cluster.Definition($"n{i}", Bridge);
        node.Cluster.PageSize = 3;
        using var api = node.Api();
        Assert.Equal(7, new ClusterSource(api).Definitions().Count);
        Assert.Equal(3, node.Requests.Length);
    }

    [Fact]
    public async Task Definitions_AreNone_WhereTheClusterLacksTheResource()
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.HasDefinitions = false;
        using var api = node.Api();
        Assert.Empty(new ClusterSource(api).Definitions());
    }

    [Theory]
    [InlineData(401, 11u, "are not accepted")]
    [InlineData(403, 999u, "lacks the permission \"get pods\"")]
    [InlineData(500, 11u, "the runtime tries again")]
    [InlineData(503, 11u, "the runtime tries again")]
    public async Task FindPod_SaysWhatTheServerSaid_AndWhatToDo(int status, uint code, string advice)
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.Before = async context =>
        {
            await context.StatusAsync(status, "Reason", "because of this");
            return true;
        };
        using var api = node.Api();
        var error = Assert.Throws<CniException>(() => new ClusterSource(api).FindPod(s_web));
        Assert.Equal((CniErrorCode)code, error.Code);
        Assert.StartsWith($"cannot get pod default/web: API server {node.Url.AbsoluteUri.TrimEnd('/')}: ", error.Message);
        Assert.Contains("because of this", error.Message);
        Assert.Contains(advice, error.Details);
        Assert.DoesNotContain("secret-token", error.Text);
    }

    [Fact]
    public async Task FindPod_DoesNotWaitLongerThanAllRequestsMayTake_ForAServerThatAsksForMore()
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.Before = async context =>
        {
            context.Response.Headers.RetryAfter = "3600";
            await context.StatusAsync(429, "TooManyRequests", "slow down");
            return true;
        };
        using var api = node.Api();
        var error = Assert.Throws<CniException>(() => new ClusterSource(api).FindPod(s_web));
        Assert.Equal(CniErrorCode.TryAgainLater, error.Code);
        Assert.Contains("slow down", error.Message);
        Assert.Single(node.Requests);
    }

    [Fact]
    public async Task FindPod_ComesBack_WhenTheServerIsBusyForAMoment()
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.Pod("web").Before = async context =>
        {
            if (node.Cluster.Asked > 1)
                return false;
            await context.StatusAsync(429, "TooManyRequests");
            return true;
        };
        using var api = node.Api();
        Assert.NotNull(new ClusterSource(api).FindPod(s_web));
    }

    [Fact]
    public async Task FindPod_GivesUp_WhenTheTimeForAllRequestsIsOver()
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.Before = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return true;
        };
        using var api = node.Api(TimeSpan.FromMilliseconds(300));
        var source = new ClusterSource(api);
        var error = Assert.Throws<CniException>(() => source.FindPod(s_web));
        Assert.Equal(CniErrorCode.TryAgainLater, error.Code);
        Assert.Contains("no answer within", error.Message);
        Assert.Contains("are used up", Assert.Throws<CniException>(() => source.FindPod(s_web)).Message);
    }

    [Fact]
    public void FindPod_SaysWhichServerRefuses()
    {
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string file = Path.GetTempFileName();
        File.WriteAllText(file, ClusterNode.KubeconfigFor(new Uri($"http://{nobody.LocalEndPoint}")));
        try
        {
            using var api = new ClusterApi(file, TimeSpan.FromSeconds(30));
            var error = Assert.Throws<CniException>(() => new ClusterSource(api).FindPod(s_web));
            Assert.Equal(CniErrorCode.TryAgainLater, error.Code);
            Assert.Contains($"API server http://{nobody.LocalEndPoint}", error.Message);
            Assert.Contains("Connection refused", error.Message);
            Assert.Contains(file, error.Details);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void FindPod_NamesTheKubeconfigThatIsMissing()
    {
        using var api = new ClusterApi("/nonexistent/kubeconfig", TimeSpan.FromSeconds(30));
        var error = Assert.Throws<CniException>(() => new ClusterSource(api).FindPod(s_web));
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, error.Code);
        Assert.Contains("/nonexistent/kubeconfig", error.Message);
        Assert.Contains("\"kubeconfig\"", error.Details);
    }
}
