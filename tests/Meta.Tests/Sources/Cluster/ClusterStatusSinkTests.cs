using MultiNet.Cni;
using MultiNet.Kubernetes.Tests.Server;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Status;
using MultiNet.Networks;

namespace MultiNet.Meta.Tests.Sources.Cluster;

public sealed class ClusterStatusSinkTests
{
    private static readonly NetworkStatus[] s_status = [new() { Name = "default/n1", Interface = "net1" }];

    [Fact]
    public async Task Write_IsOnePatchOfOneAnnotation_WithTheUid()
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.Pod("web", "n1");
        using var api = node.Api();
        new ClusterStatusSink(api).Write(new PodReference("default", "web", "uid-of-web"), s_status);
        Assert.Equal(["PATCH /api/v1/namespaces/default/pods/web/status"], node.Requests);
        var patch = Assert.Single(node.Cluster.Patches);
        Assert.Equal(["metadata"], patch.Select(member => member.Key));
        Assert.Equal(["uid", "annotations"], patch["metadata"]!.AsObject().Select(member => member.Key));
        Assert.Equal([AnnotationKeys.NetworkStatus], patch["metadata"]!["annotations"]!.AsObject().Select(member => member.Key));
        Assert.Equal(NetworkStatusWriter.Write(s_status), node.Cluster.Annotation("web", AnnotationKeys.NetworkStatus));
        Assert.Equal("n1", node.Cluster.Annotation("web", AnnotationKeys.Networks));
    }

    [Theory]
    [InlineData("gone", "uid-of-gone")]
    [InlineData("web", "uid-of-an-earlier-one")]
    public async Task Write_SaysThatThePodIsGone(string name, string uid)
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.Pod("web");
        using var api = node.Api();
        var error = Assert.Throws<CniException>(() => new ClusterStatusSink(api).Write(new PodReference("default", name, uid), s_status));
        Assert.Equal(CniErrorCode.TryAgainLater, error.Code);
        Assert.Contains($"pod default/{name} was deleted", error.Message);
        Assert.Null(node.Cluster.Annotation("web", AnnotationKeys.NetworkStatus));
    }

    [Fact]
    public async Task Write_NamesThePermissionThatIsMissing()
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.Before = async context =>
        {
            await context.StatusAsync(403, "Forbidden", "no");
            return true;
        };
        using var api = node.Api();
        var error = Assert.Throws<CniException>(() => new ClusterStatusSink(api).Write(new PodReference("default", "web"), s_status));
        Assert.Contains("\"patch pods/status\"", error.Details);
        Assert.Contains(node.Kubeconfig, error.Details);
    }

    [Fact]
    public async Task Clear_AsksNobody()
    {
        await using var node = await ClusterNode.StartAsync();
        using var api = node.Api();
        new ClusterStatusSink(api).Clear(new PodReference("default", "web"));
        Assert.Empty(node.Requests);
    }
}
