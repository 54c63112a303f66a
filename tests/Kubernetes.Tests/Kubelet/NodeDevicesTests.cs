using MultiNet.Kubernetes.Kubelet;
using static MultiNet.Kubernetes.Tests.Kubelet.GrpcAnswers;

namespace MultiNet.Kubernetes.Tests.Kubelet;

public class NodeDevicesTests
{
    private const string ByNumaNode = """
        {"Data":{"PodDeviceEntries":[
          {"PodUID":"u2","ContainerName":"a","ResourceName":"x.org/nic","DeviceIDs":{"-1":["other"]},"AllocResp":""},
          {"PodUID":"u1","ContainerName":"b","ResourceName":"x.org/nic","DeviceIDs":{"1":["d3"],"0":["d1","d2"],"2":null},"AllocResp":"CgA="}],
          "RegisteredDevices":{"x.org/nic":["d1","d2","d3"]}},"Checksum":1}
        """;

    private const string Flat = """
        {"Data":{"PodDeviceEntries":[{"PodUID":"u1","ContainerName":"b","ResourceName":"x.org/nic","DeviceIDs":["d3","d1","d2"],"AllocResp":""}],"RegisteredDevices":{}},"Checksum":1}
        """;

    [Fact]
    public async Task OfPod_AsksTheApi()
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.WriteCheckpoint(Flat);
        kubelet.Answer = context => context.SendAsync(Pod("web", ("a", "x.org/nic", ["d9"])));
        var (devices, inPodOrder) = await Ask(kubelet);
        Assert.Equal("d9", Assert.Single(Assert.Single(devices).DeviceIds));
        Assert.True(inPodOrder);
    }

    [Theory]
    [InlineData(ByNumaNode, "d3,d1,d2")]
    [InlineData(Flat, "d3,d1,d2")]
    public async Task OfPod_ReadsTheCheckpoint_WhenThereIsNoSocket(string checkpoint, string ids)
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        File.Delete(kubelet.Devices().SocketPath);
        kubelet.WriteCheckpoint(checkpoint);
        var (devices, inPodOrder) = await Ask(kubelet);
        var only = Assert.Single(devices);
        Assert.Equal(("b", "x.org/nic", ids), (only.Container, only.Resource, string.Join(',', only.DeviceIds)));
        Assert.False(inPodOrder);
    }

    [Theory]
    [InlineData(GrpcStatusCode.ResourceExhausted)]
    [InlineData(GrpcStatusCode.Unavailable)]
    [InlineData(GrpcStatusCode.Unimplemented)]
    [InlineData(GrpcStatusCode.Internal)]
    public async Task OfPod_ReadsTheCheckpoint_WhenTheApiFails(GrpcStatusCode code)
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.WriteCheckpoint(ByNumaNode);
        kubelet.Answer = context => context.FailAsync(code);
        Assert.Single((await Ask(kubelet)).Devices);
    }

    [Fact]
    public async Task OfPod_GoesByTheUid_WhenTwoPodsHaveTheName()
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.WriteCheckpoint(ByNumaNode);
        kubelet.Answer = context => context.IsGet() ? context.FailAsync(GrpcStatusCode.Unimplemented)
            : context.SendAsync([.. Pod("web", ("a", "x.org/nic", ["old"])), .. Pod("web", ("b", "x.org/nic", ["d1", "d2", "d3"]))]);
        Assert.Equal(3, Assert.Single((await Ask(kubelet)).Devices).DeviceIds.Count);
    }

    [Fact]
    public async Task OfPod_SaysSo_WhenTheKubeletHasNoSuchPod()
    {
        await using var kubelet = await ScriptedKubelet.StartAsync();
        kubelet.WriteCheckpoint(ByNumaNode);
        kubelet.Answer = context => context.IsGet() ? context.FailAsync(GrpcStatusCode.Unknown, "not found") : context.SendAsync([]);
        Assert.Equal(GrpcStatusCode.NotFound, (await Assert.ThrowsAsync<KubeletException>(() => Ask(kubelet))).Code);
    }

    [Theory]
    [InlineData("""{"Data":{"PodDeviceEntries":null,"RegisteredDevices":null},"Checksum":0}""")]
    [InlineData("""{"Data":{"PodDeviceEntries":[]}}""")]
    public void Read_FindsNothing_WhereNothingIsAllocated(string checkpoint)
    {
        string path = TemporaryFile(checkpoint);
        Assert.Empty(DeviceCheckpoint.Read(path, "u1"));
        File.Delete(path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"v2":1}""")]
    [InlineData("""{"Data":{"PodDeviceEntries":[1]}}""")]
    [InlineData("""{"Data":{"PodDeviceEntries":[{"PodUID":7}]}}""")]
    [InlineData("""{"Data":{"PodDeviceEntries":[{"PodUID":"u1"}]}}""")]
    [InlineData("""{"Data":{"PodDeviceEntries":[{"PodUID":"u1","ContainerName":"a","ResourceName":"r","DeviceIDs":"d"}]}}""")]
    [InlineData("""{"Data":{"PodDeviceEntries":[{"PodUID":"u1","ContainerName":"a","ResourceName":"r","DeviceIDs":{"0":"d"}}]}}""")]
    [InlineData("""{"Data":{"PodDeviceEntries":[{"PodUID":"u1","ContainerName":"a","ResourceName":"r","DeviceIDs":[1]}]}}""")]
    public void Read_RefusesWhatIsNoCheckpoint(string checkpoint)
    {
        string path = TemporaryFile(checkpoint);
        var e = Assert.Throws<KubeletException>(() => DeviceCheckpoint.Read(path, "u1"));
        Assert.Equal(GrpcStatusCode.Internal, e.Code);
        Assert.Contains(path, e.Message);
        File.Delete(path);
    }

    [Fact]
    public async Task OfPod_NamesBoth_WhenThereIsNeitherSocketNorCheckpoint()
    {
        var devices = new NodeDevices("/nowhere", ScriptedKubelet.Quick);
        var e = await Assert.ThrowsAsync<KubeletException>(() => devices.OfPodAsync("default", "web", "u1", CancellationToken.None));
        Assert.Contains(devices.SocketPath, e.Message);
        Assert.Contains(devices.CheckpointPath, e.Message);
        e = await Assert.ThrowsAsync<KubeletException>(() => devices.OfPodAsync("default", "web", "", CancellationToken.None));
        Assert.Contains("UID", e.Message);
    }

    private static Task<(IReadOnlyList<ContainerDevices> Devices, bool InPodOrder)> Ask(ScriptedKubelet kubelet) =>
        kubelet.Devices().OfPodAsync("default", "web", "u1", CancellationToken.None);

    private static string TemporaryFile(string content)
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, content);
        return path;
    }
}
