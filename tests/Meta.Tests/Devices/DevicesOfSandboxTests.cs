using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Devices;
using MultiNet.Meta.Tests.Doubles;
using MultiNet.Meta.Tests.Multiplexing;
using MultiNet.Networks;

namespace MultiNet.Meta.Tests.Devices;

/// <summary>The devices of a pod's attachments, from ADD to DEL.</summary>
public sealed class DevicesOfSandboxTests : IDisposable
{
    private const string Nic = "x.org/nic";
    private readonly TestNode _node = new();

    public DevicesOfSandboxTests()
    {
        _node.Source.Definition("fast", _node.Bridge("fast", "10.5.0.0/24"), resource: Nic);
        _node.Devices = [new FakeDevices("kubelet", $"{Nic} d1 container a", $"{Nic} d2 container a", $"{Nic} d3 container b")];
    }

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Status_HasWhatTheDevicePluginWrote_AndDelRemovesTheFile()
    {
        string written = DeviceInfoFiles.DevicePluginPath(Nic, "d1");
        DeviceInfoFiles.Save(written, new DeviceInfo { Type = DeviceType.Pci, Version = "1.1.0", Pci = new PciDevice { PciAddress = "0000:01:00.1" } });
        try
        {
            var pod = _node.Pod("web", "fast,fast");
            _node.Add(pod);
            Assert.Equal([null, "0000:01:00.1", null], _node.Status["web"].Select(s => s.DeviceInfo?.Pci?.PciAddress));
            string file = DeviceInfoFiles.CniPath("default/fast", pod.ContainerId, "net1");
            Assert.True(File.Exists(file));
            _node.Devices = [new FakeDevices("kubelet") { Failure = "DEL must not ask" }];
            _node.Del(pod);
            Assert.False(File.Exists(file));
            Assert.Empty(_node.Leftovers());
        }
        finally
        {
            DeviceInfoFiles.Delete(written);
        }
    }

    [Fact]
    public void Add_TouchesNothing_WhenAPodHasTooFewDevices()
    {
        var pod = _node.Pod("web", "n1,fast,fast,fast,fast");
        Assert.Contains("and the pod has no more of them", Assert.Throws<CniException>(() => _node.Add(pod)).Message);
        Assert.Empty(_node.Leftovers());
        Assert.Equal(["lo"], TestNode.Links(pod));
    }

    [Fact]
    public void Del_NeedsNoKubelet_EvenWithoutAJournal()
    {
        var pod = _node.Pod("web", "fast");
        _node.Add(pod);
        File.Delete(_node.JournalPath(pod));
        _node.DropCache();
        var kubelet = new FakeDevices("kubelet") { Failure = "nobody there" };
        _node.Devices = [kubelet];
        _node.Del(pod);
        Assert.Empty(_node.Leftovers());
        Assert.Equal(0, kubelet.Asked);
    }

    [Fact]
    public void ANetworkThatIsPluggedIn_GetsADeviceThatNoOtherHas()
    {
        var pod = _node.Pod("web", "fast@a,fast@b");
        _node.Add(pod);
        Assert.Equal(["a d1", "b d2"], Devices(pod));
        // The first goes, and what is new gets its device; what stays keeps its own.
        _node.Source.Annotate("web", "fast@b,fast@c");
        _node.Sync(pod);
        Assert.Equal(["b d2", "c d1"], Devices(pod));
        _node.Source.Annotate("web", "fast@b,fast@c,fast@d");
        _node.Sync(pod);
        Assert.Equal(["b d2", "c d1", "d d3"], Devices(pod));
        _node.Source.Annotate("web", "fast@b,fast@c,fast@d,fast@e");
        var e = Assert.Throws<CniException>(() => _node.Sync(pod));
        Assert.Contains("d2 (container a, for default/fast on b)", e.Text);
        Assert.Equal(["b d2", "c d1", "d d3"], Devices(pod));
    }

    [Fact]
    public void NobodyIsAsked_WhereThereAreManifestsAndNoKubelet()
    {
        var manifests = Planned.Config("\"manifestDir\": \"/none\", \"kubeletDir\": \"/none\"");
        Assert.Empty(DeviceSources.Of(manifests, api: null));
        Assert.Single(DeviceSources.Of(manifests with { ManifestDir = "" }, api: null));
    }

    private string[] Devices(SandboxRequest pod) => [.. _node.Journals().Single(j => j.ContainerId == pod.ContainerId).Attachments
        .Select(a => (a.InterfaceName, Device: NetworkConfigList.Parse(a.Config, "journal").Plugins[0].Fields.String("deviceID")))
        .Where(a => a.Device.Length > 0).Select(a => $"{a.InterfaceName} {a.Device}").Order(StringComparer.Ordinal)];
}
