using MultiNet.EndToEnd.Tests.Kernel;
using MultiNet.EndToEnd.Tests.Meta;
using MultiNet.EndToEnd.Tests.Node;
using MultiNet.Kubernetes.Kubelet;
using MultiNet.Kubernetes.Tests.Kubelet;

namespace MultiNet.EndToEnd.Tests.Devices;

/// <summary>The executable asks a kubelet, which does what the test says, for the pod's devices.</summary>
public sealed class DeviceTests
{
    private const string Nic = "x.org/nic";
    private const string Result = """{"cniVersion": "1.0.0", "interfaces": [{"name": "net1", "sandbox": "/run/netns/pod1"}]}""";

    private static readonly byte[] s_twoDevices = GrpcAnswers.Pod("pod1", ("a", Nic, ["0000:01:00.2", "0000:01:00.1"]));

    [Fact]
    public async Task TwoNetworksOfOneResource_GetADeviceEach()
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.Answer = context => context.SendAsync(s_twoDevices);
        await using var node = await StartAsync(kubelet, "one,two");
        var (one, two) = Plugins(node);
        (await node.AddAsync("pod1")).MustSucceed();

        foreach (var (plugin, device, interfaceName) in new[] { (one, "0000:01:00.1", "net1"), (two, "0000:01:00.2", "net2") })
        {
            var input = plugin.Input("ADD");
            Assert.Equal(device, input.GetProperty("deviceID").GetString());
            Assert.Equal(device, input.GetProperty("pciBusID").GetString());
            Assert.Equal(device, input.GetProperty("runtimeConfig").GetProperty("deviceID").GetString());
            Assert.EndsWith($"-sandbox-of-pod1_{interfaceName}", input.GetProperty("runtimeConfig").GetProperty("CNIDeviceInfoFile").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(["Get"], kubelet.Calls);

        // DEL says the same, and asks nobody.
        kubelet.Answer = context => context.FailAsync(GrpcStatusCode.Internal);
        (await node.DelAsync("pod1")).MustSucceed();
        Assert.Equal("0000:01:00.2", two.Input("DEL").GetProperty("deviceID").GetString());
        Assert.Equal(["Get"], kubelet.Calls);
    }

    [Fact]
    public async Task TooFewDevices_AreAnError_AndNothingIsLeft()
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.Answer = context => context.SendAsync(s_twoDevices);
        await using var node = await StartAsync(kubelet, "one,two,one");
        Plugins(node);
        var before = await KernelState.TakeAsync(node.Node);

        var answer = await node.AddAsync("pod1");

        Assert.Contains("network default/one wants a device of resource x.org/nic, and the pod has no more of them", answer.ErrorMessage, StringComparison.Ordinal);
        await Leaks.MustBeNoneAsync(node.Node, before);
    }

    [Fact]
    public async Task TheCheckpointIsRead_WhenTheKubeletRefuses()
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.Answer = context => context.FailAsync(GrpcStatusCode.Internal, "no");
        kubelet.WriteCheckpoint($$$"""{"Data":{"PodDeviceEntries":[{"PodUID":"uid-of-pod1","ContainerName":"a","ResourceName":"{{{Nic}}}","DeviceIDs":{"-1":["d7"]},"AllocResp":""}]},"Checksum":1}""");
        await using var node = await StartAsync(kubelet, "one");
        var (one, _) = Plugins(node);
        (await node.AddAsync("pod1")).MustSucceed();
        Assert.Equal("d7", one.Input("ADD").GetProperty("deviceID").GetString());
    }

    [Fact]
    public async Task ARateLimit_IsWaitedFor()
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.Answer = context => kubelet.Calls.Count < 4 ? context.FailAsync(GrpcStatusCode.ResourceExhausted, "rejected by rate limit") : context.SendAsync(s_twoDevices);
        await using var node = await StartAsync(kubelet, "one");
        var (one, _) = Plugins(node);
        (await node.AddAsync("pod1")).MustSucceed();
        Assert.Equal("0000:01:00.1", one.Input("ADD").GetProperty("deviceID").GetString());
    }

    private static async Task<MultiNetNode> StartAsync(ScriptedKubelet kubelet, string networks)
    {
        var node = await MultiNetNode.StartAsync($$"""{"kubeletDir": "{{kubelet.Folder}}"}""");
        foreach (var name in new[] { "one", "two" })
        {
            node.Node.Write($"{MultiNetNode.Manifests}/net-{name}.yaml", $$$"""
                apiVersion: k8s.cni.cncf.io/v1
                kind: NetworkAttachmentDefinition
                metadata:
                  name: {{{name}}}
                  namespace: default
                  annotations:
                    k8s.v1.cni.cncf.io/resourceName: {{{Nic}}}
                spec:
                  config: '{"cniVersion": "1.0.0", "type": "recording-{{{name}}}", "capabilities": {"deviceID": true, "CNIDeviceInfoFile": true}}'
                """);
        }

        await node.DefinePodAsync("pod1", networks);
        return node;
    }

    private static (RecordingPlugin One, RecordingPlugin Two) Plugins(MultiNetNode node) => (
        new RecordingPlugin(node.Node, NodeSandbox.BuiltInBin, "recording-one", Result),
        new RecordingPlugin(node.Node, NodeSandbox.BuiltInBin, "recording-two", Result.Replace("net1", "net2", StringComparison.Ordinal)));
}
