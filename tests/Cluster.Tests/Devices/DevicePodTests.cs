using System.Globalization;
using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;
using MultiNet.Kubernetes.Kubelet;

namespace MultiNet.Cluster.Tests.Devices;

/// <summary>Pods whose networks need devices, which the real kubelet gets from a device plugin.</summary>
[Collection(ClusterCollection.Name)]
public sealed class DevicePodTests(ClusterUnderTest cluster)
{
    private const string Nic = "example.com/nic";
    private const string KubeletDir = "/var/lib/kubelet";
    private const string Configuration = "/etc/cni/net.d/00-multinet.conflist";

    private static readonly string[] s_ids = ["0000:01:00.2", "0000:01:00.0", "0000:01:00.1"];

    private const string Chain = """
        {"cniVersion": "1.0.0", "plugins": [{"type": "recording", "capabilities": {"deviceID": true, "CNIDeviceInfoFile": true}}]}
        """;

    // A plugin that keeps what it gets.
    private const string Recording = """
        #!/bin/sh
        if [ "$CNI_COMMAND" = VERSION ]; then
          echo '{"cniVersion": "1.0.0", "supportedVersions": ["1.0.0"]}'
          exit
        fi
        cat >/run/recorded-$CNI_COMMAND-$CNI_IFNAME
        # The runtime takes no pod without an address.
        [ $CNI_IFNAME != eth0 ] || ips=', "ips": [{"address": "10.99.0.9/24", "interface": 0}]'
        [ "$CNI_COMMAND" != ADD ] || echo '{"cniVersion": "1.0.0", "interfaces": [{"name": "'$CNI_IFNAME'", "sandbox": "'$CNI_NETNS'"}]'$ips'}'
        """;

    [Fact]
    public Task TwoAttachments_GetTheTwoDevicesThatTheKubeletHasAllocated() => TestAsync(async test =>
    {
        await test.Kubectl.ApplyAsync(Pod(test, "router", "fast,fast", devices: 2));
        await test.Kubectl.RunAsync("wait", "--for=condition=Ready", "-n", test.Namespace, $"--timeout={Eventually.Patience.TotalSeconds}s", "pod/router");

        using var kubelet = new PodResourcesClient(test.Node.Outside($"{KubeletDir}/pod-resources/kubelet.sock"));
        var allocated = Assert.Single(await kubelet.DevicesOfAsync(test.Namespace, "router", CancellationToken.None));
        Assert.Equal(("main", Nic, 2), (allocated.Container, allocated.Resource, allocated.DeviceIds.Count));
        string[] expected = [.. allocated.DeviceIds.Order(StringComparer.Ordinal)];

        for (int i = 0; i < 2; i++)
        {
            var got = JsonNode.Parse(test.Node.Read($"/run/recorded-ADD-net{i + 1}"))!;
            Assert.Equal(expected[i], got["deviceID"]!.GetValue<string>());
            Assert.Equal(expected[i], got["pciBusID"]!.GetValue<string>());
            Assert.Equal(expected[i], got["runtimeConfig"]!["deviceID"]!.GetValue<string>());
            Assert.Contains("/devinfo/cni/", got["runtimeConfig"]!["CNIDeviceInfoFile"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        var status = JsonNode.Parse((await test.PodAsync("router"))["metadata"]!["annotations"]!["k8s.v1.cni.cncf.io/network-status"]!.GetValue<string>())!.AsArray();
        Assert.Equal([null, expected[0], expected[1]], status.Select(s => s!["device-info"]?["pci"]?["pci-address"]?.GetValue<string>()));
    });

    [Fact]
    public Task TheDefaultNetworkAndAnAttachment_OfOneResource_GetADeviceEach() => TestAsync(async test =>
    {
        var pod = Pod(test, "router", "fast", devices: 2);
        pod["metadata"]!["annotations"]!["v1.multus-cni.io/default-network"] = $"{test.Namespace}/fast";
        await test.Kubectl.ApplyAsync(pod);
        await test.Kubectl.RunAsync("wait", "--for=condition=Ready", "-n", test.Namespace, $"--timeout={Eventually.Patience.TotalSeconds}s", "pod/router");

        using var kubelet = new PodResourcesClient(test.Node.Outside($"{KubeletDir}/pod-resources/kubelet.sock"));
        var allocated = Assert.Single(await kubelet.DevicesOfAsync(test.Namespace, "router", CancellationToken.None));
        Assert.Equal(
            allocated.DeviceIds.Order(StringComparer.Ordinal),
            ((string[])["eth0", "net1"]).Select(name => JsonNode.Parse(test.Node.Read($"/run/recorded-ADD-{name}"))!["deviceID"]!.GetValue<string>()));
    });

    [Fact]
    public Task TheCheckpoint_SaysTheSame() => TestAsync(async test =>
    {
        await test.Kubectl.ApplyAsync(Pod(test, "router", "fast", devices: 2));
        await test.Kubectl.RunAsync("wait", "--for=condition=Ready", "-n", test.Namespace, $"--timeout={Eventually.Patience.TotalSeconds}s", "pod/router");
        string uid = (await test.PodAsync("router"))["metadata"]!["uid"]!.GetValue<string>();

        var kubelet = new NodeDevices(test.Node.Outside(KubeletDir));
        var (asked, _) = await kubelet.OfPodAsync(test.Namespace, "router", uid, CancellationToken.None);
        var read = DeviceCheckpoint.Read(kubelet.CheckpointPath, uid);

        Assert.Equal(Text(asked), Text(read));
    });

    [Fact]
    public Task APodWithTooFewDevices_DoesNotStart_AndSaysWhy() => TestAsync(async test =>
    {
        await test.Kubectl.ApplyAsync(Pod(test, "poor", "fast,fast", devices: 1));

        await Eventually.HoldsAsync(
            "an event says that devices are missing",
            async () => (await test.Kubectl.ListAsync("events", test.Namespace)).Any(e =>
                e["message"]?.GetValue<string>() is { } message && message.Contains($"wants a device of resource {Nic}, and the pod has no more of them", StringComparison.Ordinal)));
        // The kubelet tries again now and then.
        await test.NothingIsLeftAsync();
    });

    private Task TestAsync(Func<ClusterTest, Task> body) => cluster.TestAsync(async test =>
    {
        test.Node.Write("/opt/cni/bin/recording", Recording);
        await test.Node.ShellAsync("chmod 755 /opt/cni/bin/recording");
        foreach (var id in s_ids)
        {
            test.Node.Write($"/run/k8s.cni.cncf.io/devinfo/dp/example.com-nic-{id}-device.json", $$$"""{"type": "pci", "version": "1.1.0", "pci": {"pci-address": "{{{id}}}"}}""");
        }

        var installed = test.Node.Read(Configuration);
        test.Node.Write(Configuration, WithKubeconfig(installed, test.Kubectl.Kubeconfig));
        try
        {
            // Those of the test before would be taken for this one's, and are no more.
            await Eventually.HoldsAsync("the node offers no devices", async () => await AllocatableAsync(test) is "" or "0");
            await using var plugin = await DevicePlugin.StartAsync(test.Node.Outside($"{KubeletDir}/device-plugins"), Nic, s_ids);
            await Eventually.HoldsAsync("the node offers the devices", async () => await AllocatableAsync(test) == s_ids.Length.ToString(CultureInfo.InvariantCulture));
            await test.Kubectl.ApplyAsync(Definition(test));
            await body(test);
            await test.Kubectl.RunAsync("delete", "pods", "--all", "-n", test.Namespace, "--wait=false");
            await test.NothingIsLeftAsync();
            Assert.Empty(test.Node.Files("/run/k8s.cni.cncf.io/devinfo/cni"));
        }
        finally
        {
            test.Node.Write(Configuration, installed);
        }
    });

    // The installed configuration may not know how to reach the API server.
    private static string WithKubeconfig(string installed, string kubeconfig)
    {
        var list = JsonNode.Parse(installed)!;
        list["plugins"]![0]!["kubeconfig"] ??= kubeconfig;
        return list.ToJsonString();
    }

    private static async Task<string> AllocatableAsync(ClusterTest test) =>
        JsonNode.Parse(await test.Kubectl.RunAsync("get", "node", "node", "-o", "json"))!["status"]!["allocatable"]![Nic]?.GetValue<string>() ?? "";

    private static string[] Text(IReadOnlyList<ContainerDevices> devices) =>
        [.. devices.SelectMany(d => d.DeviceIds.Select(id => $"{d.Container} {d.Resource} {id}")).Order(StringComparer.Ordinal)];

    private static JsonObject Pod(ClusterTest test, string name, string networks, int devices)
    {
        var pod = new PodManifest(name) { Networks = networks }.ToJson(test.Namespace);
        pod["spec"]!["containers"]![0]!["resources"] = new JsonObject { ["limits"] = new JsonObject { [Nic] = devices.ToString(CultureInfo.InvariantCulture) } };
        return pod;
    }

    private static JsonObject Definition(ClusterTest test) => new()
    {
        ["apiVersion"] = "k8s.cni.cncf.io/v1",
        ["kind"] = "NetworkAttachmentDefinition",
        ["metadata"] = new JsonObject
        {
            ["name"] = "fast", ["namespace"] = test.Namespace, ["annotations"] = new JsonObject { ["k8s.v1.cni.cncf.io/resourceName"] = Nic },
        },
        ["spec"] = new JsonObject { ["config"] = Chain },
    };
}
