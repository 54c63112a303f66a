using Microsoft.AspNetCore.Http;
using MultiNet.Cni;
using MultiNet.Kubernetes;
using MultiNet.Kubernetes.Tests.Server;
using MultiNet.Meta.Devices;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Tests.Sources.Cluster;
using Pod = MultiNet.Meta.Sources.Pod;

namespace MultiNet.Meta.Tests.Devices;

public sealed class ClaimDeviceSourceTests
{
    private static readonly PodReference s_web = new("default", "web", "uid-of-web");

    // Attributes as a driver for network cards publishes them, beside others.
    private static string Device(string name, string? id = null, string? resource = null) =>
        $$$"""{"name": "{{{name}}}", "attributes": {"numa": {"int": 0}{{{Attribute("deviceID", id)}}}{{{Attribute("resourceName", resource)}}}}}""";

    private static string Attribute(string name, string? value) => value is null ? "" : $$$""", "k8s.cni.cncf.io/{{{name}}}": {"string": "{{{value}}}"}""";

    private static string Slice(string driver, string pool, int generation, params string[] devices) =>
        $$$"""{"metadata": {"name": "s"}, "spec": {"driver": "{{{driver}}}", "nodeName": "n", "pool": {"name": "{{{pool}}}", "generation": {{{generation}}}, "resourceSliceCount": 1}, "devices": [{{{string.Join(',', devices)}}}]}}""";

    private static string Claim(params (string Request, string Device)[] results) =>
        """{"metadata": {"name": "c"}, "status": {"allocation": {"devices": {"results": [""" + string.Join(',', results.Select(r =>
            $$$"""{"request": "{{{r.Request}}}", "driver": "nic.x.org", "pool": "n", "device": "{{{r.Device}}}"}""")) + "]}}}}";

    private static Pod PodOf(Kubernetes.Pod item) => new() { Namespace = "default", Name = "web", Uid = "uid-of-web", Object = item };

    private static readonly Pod s_byTemplate = PodOf(new Kubernetes.Pod
    {
        Spec = new PodSpec { ResourceClaims = [new() { Name = "b", ResourceClaimName = "shared" }, new() { Name = "a" }] },
        Status = new PodStatus { ResourceClaimStatuses = [new() { Name = "a", ResourceClaimName = "web-a-x1" }] },
    });

    private static readonly Pod s_extended = PodOf(new Kubernetes.Pod
    {
        Status = new PodStatus
        {
            ExtendedResourceClaimStatus = new()
            {
                ResourceClaimName = "web-ext",
                RequestMappings = [new() { ContainerName = "app", ResourceName = "x.org/nic", RequestName = "container-0-request-0" }],
            },
        },
    });

    [Theory]
    [InlineData("v1")]
    [InlineData("v1beta2")]
    public async Task ClaimsComeInTheOrderOfThePod_HoweverTheyWereMade(string version)
    {
        await using var node = await ClusterNode.StartAsync();
        Serve(node, version, new()
        {
            ["namespaces/default/resourceclaims/shared"] = Claim(("r", "vf2"), ("r", "gpu")),
            ["namespaces/default/resourceclaims/web-a-x1"] = Claim(("r", "vf1")),
            ["resourceslices"] = List(Slice("nic.x.org", "n", 2, Device("vf1", "0000:01:00.1", "x.org/nic"), Device("gpu")), Slice("nic.x.org", "n", 2, Device("vf2", "0000:01:00.2", "x.org/nic")),
                Slice("nic.x.org", "n", 1, Device("vf2", "old", "x.org/nic")), Slice("nic.x.org", "other", 3, Device("vf2", "elsewhere", "x.org/nic"))),
        });
        Assert.Equal(["x.org/nic 0000:01:00.2 claim shared", "x.org/nic 0000:01:00.1 claim web-a-x1"], Ask(node, s_byTemplate));
        Assert.Single(node.Requests, request => request.Contains($"/{version}/resourceslices", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Version1Beta1_HasTheAttributesElsewhere()
    {
        await using var node = await ClusterNode.StartAsync();
        const string Basic = """{"name": "vf1", "basic": {"attributes": {"k8s.cni.cncf.io/deviceID": {"string": "d1"}, "k8s.cni.cncf.io/resourceName": {"string": "x.org/nic"}}}}""";
        Serve(node, "v1beta1", new()
        {
            ["namespaces/default/resourceclaims/shared"] = Claim(("r", "vf1")), ["namespaces/default/resourceclaims/web-a-x1"] = Claim(),
            ["resourceslices"] = List(Slice("nic.x.org", "n", 1, Basic)),
        });
        Assert.Equal(["x.org/nic d1 claim shared"], Ask(node, s_byTemplate));
    }

    [Theory]
    [InlineData("container-0-request-0")]
    [InlineData("container-0-request-0/first-choice")]
    public async Task ExtendedResources_GoByTheMapping(string request)
    {
        await using var node = await ClusterNode.StartAsync();
        Serve(node, "v1", new()
        {
            ["namespaces/default/resourceclaims/web-ext"] = Claim((request, "vf1"), ("container-1-request-0", "vf2")),
            ["resourceslices"] = List(Slice("nic.x.org", "n", 1, Device("vf1", "d1", "x.org/nic"), Device("vf2", "d2", "x.org/nic"))),
        });
        Assert.Equal(["x.org/nic d1 container app"], Ask(node, s_extended));
    }

    [Theory]
    [InlineData("no request of that name", "container-9", "x.org/nic", "has no device for the request container-0-request-0")]
    [InlineData("another resource", "container-0-request-0", "y.org/nic", "says \"y.org/nic\"")]
    [InlineData("no resource", "container-0-request-0", null, "says \"\"")]
    public async Task ExtendedResources_ThatDoNotFit_AreAnError(string what, string request, string? resource, string cause)
    {
        await using var node = await ClusterNode.StartAsync();
        Serve(node, "v1", new()
        {
            ["namespaces/default/resourceclaims/web-ext"] = Claim((request, "vf1")),
            ["resourceslices"] = List(Slice("nic.x.org", "n", 1, Device("vf1", "d1", resource))),
        });
        var e = Assert.Throws<CniException>(() => Ask(node, s_extended));
        Assert.True(e.Message.Contains(cause, StringComparison.Ordinal), $"{what}: {e.Message}");
    }

    [Fact]
    public async Task AClaimWithoutAllocation_IsAnError()
    {
        await using var node = await ClusterNode.StartAsync();
        Serve(node, "v1", new() { ["namespaces/default/resourceclaims/shared"] = """{"metadata": {"name": "shared"}, "status": {}}""" });
        Assert.Contains("claim default/shared has no device allocation", Assert.Throws<CniException>(() => Ask(node, s_byTemplate)).Message);
    }

    [Fact]
    public async Task ADeviceThatNoSliceHas_IsAnError()
    {
        await using var node = await ClusterNode.StartAsync();
        Serve(node, "v1", new() { ["namespaces/default/resourceclaims/shared"] = Claim(("r", "vf9")), ["resourceslices"] = List() });
        Assert.Contains("device vf9 of pool n of driver nic.x.org", Assert.Throws<CniException>(() => Ask(node, s_byTemplate)).Message);
    }

    [Fact]
    public async Task AMissingRight_IsNamed()
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.Before = async context =>
        {
            await context.StatusAsync(403, "Forbidden", "resourceclaims is forbidden");
            return true;
        };
        Assert.Contains("get resourceclaims.resource.k8s.io", Assert.Throws<CniException>(() => Ask(node, s_byTemplate)).Details);
    }

    [Fact]
    public async Task NobodyIsAsked_WhenThePodHasNoClaims()
    {
        await using var node = await ClusterNode.StartAsync();
        Assert.Empty(Ask(node, PodOf(new Kubernetes.Pod())));
        Assert.Empty(node.Requests);
    }

    [Fact]
    public async Task ThePodIsAskedFor_WhereItCameFromTheNodeDaemon()
    {
        await using var node = await ClusterNode.StartAsync();
        node.Cluster.Pod("web", "n1");
        Assert.Empty(Ask(node, new Pod { Namespace = "default", Name = "web" }));
        Assert.Equal(["GET /api/v1/namespaces/default/pods/web"], node.Requests);
    }

    private static string[] Ask(ClusterNode node, Pod pod)
    {
        using var api = node.Api();
        return [.. new ClaimDeviceSource(api).AllocatedTo(s_web, pod).Select(d => $"{d.Resource} {d.Id} {d.Holder}")];
    }

    private static string List(params string[] slices) => $$"""{"metadata": {}, "items": [{{string.Join(',', slices)}}]}""";

    // A server that has one version of the group answers for the others as for any path that it does not know: in plain text.
    private static void Serve(ClusterNode node, string version, Dictionary<string, string> objects) => node.Cluster.Before = async context =>
    {
        const string Group = "/apis/resource.k8s.io/";
        string path = context.Request.Path.Value!;
        if (!path.StartsWith(Group, StringComparison.Ordinal))
            return false;
        string[] parts = path[Group.Length..].Split('/', 2);
        if (parts[0] != version)
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync("404 page not found");
        }
        else if (objects.TryGetValue(parts[1], out string? json))
        {
            await context.JsonAsync(json);
        }
        else
        {
            await context.StatusAsync(404, "NotFound");
        }
        return true;
    };
}
