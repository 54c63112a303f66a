using System.Text;
using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Cni.Json;
using MultiNet.Delegates.Devices;
using MultiNet.Delegates.Sriov;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Sriov;

public sealed class SriovFilesTests : IDisposable
{
    // As sriov-cni 2.10 writes it: types.NetConf, then its own fields, keys sorted.
    private const string Foreign = """
        {"DPDKMode":false,"MAC":"0a:58:0a:01:02:03","MTU":1500,"Master":"ens1f0","OrigVfState":{"HostIFName":"ens1f0v1","SpoofChk":true,"Trust":false,"AdminMAC":"00:00:00:00:00:00",
        "EffectiveMAC":"5a:00:00:00:00:07","Vlan":7,"VlanQoS":2,"VlanProto":34984,"MinTxRate":5,"MaxTxRate":50,"LinkState":1,"MTU":9000},"VFID":1,"cniVersion":"0.3.1","deviceID":"0000:3d:02.1",
        "dns":{},"ipam":{"type":"host-local"},"link_state":"enable","max_tx_rate":100,"min_tx_rate":null,"name":"telco","runtimeConfig":{"mac":"0a:58:0a:01:02:03"},"spoofchk":"off","trust":"on",
        "type":"sriov","vlan":100,"vlanProto":"802.1q","vlanQoS":3}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multinet-sriov-");

    public void Dispose() => _folder.Delete(recursive: true);

    private static SriovState ForeignState() => SriovState.Read(JsonFields.Parse(Encoding.UTF8.GetBytes(Foreign), "state"));

    [Fact]
    public void AFileOfSriovCni_TellsWhatToUndo()
    {
        var state = ForeignState();
        Assert.Equal(("0000:3d:02.1", "telco", "ens1f0v1", "ens1f0", 1, 9000, "host-local"), (state.Device.ToString(), state.Network, state.HostName, state.Master, state.Original.Index, state.Mtu, state.IpamType));
        Assert.Equal(MacAddress.Parse("5a:00:00:00:00:07"), state.EffectiveMac);
        Assert.Equal(
            new VirtualFunctionChange
            {
                Vlan = new VirtualFunctionVlan(7, 2, VirtualFunctionVlan.Dot1AD),
                MacAddress = MacAddress.Parse("00:00:00:00:00:00"),
                TransmitRate = (5, 50),
                SpoofCheck = true,
                Trust = false,
                LinkState = VirtualFunctionLinkState.Enable,
            },
            state.Undo());
    }

    [Fact]
    public void AnOldFile_WithoutAProtocol_MeansACustomersVlan() =>
        Assert.Equal(VirtualFunctionVlan.Dot1Q, SriovState.Read(JsonFields.Parse(Encoding.UTF8.GetBytes(Foreign.Replace("34984", "0")), "state")).Original.Vlan.Protocol);

    /// <summary>Every key that sriov-cni reads at DEL is there under its name, with its type and value.</summary>
    [Fact]
    public void OurFile_IsReadBySriovCni()
    {
        using var theirs = JsonDocument.Parse(Foreign);
        using var ours = JsonDocument.Parse(ForeignState().Encode());
        string[] notNeeded = ["MTU", "dns", "runtimeConfig", "min_tx_rate"];
        foreach (var key in theirs.RootElement.EnumerateObject().Where(key => !notNeeded.Contains(key.Name)))
            Assert.Equal(key.Value.ToString().ReplaceLineEndings(""), ours.RootElement.GetProperty(key.Name).ToString());
    }

    [Fact]
    public void OurFile_IsReadAsItWasWritten()
    {
        var state = ForeignState() with { NetNs = "/run/netns/x", Attachment = ("c1", "net1"), Up = true };
        var files = new SriovFiles(_folder.FullName);
        files.Write("c1", "net1", state);
        Assert.Equal(state, files.Read("c1", "net1"));
        Assert.Equal(["c1-net1"], files.Names());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.FullName, "c1-net1")));
        files.Delete("c1", "net1");
        files.Delete("c1", "net1");
        Assert.Null(files.Read("c1", "net1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"deviceID\":\"x\"}")]
    [InlineData("{\"deviceID\":\"0000:3d:02.1\",\"OrigVfState\":5}")]
    public void ABrokenFile_IsNone(string content)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "c1-net1"), content);
        Assert.Null(new SriovFiles(_folder.FullName).Read("c1", "net1"));
    }

    [Fact]
    public void AnAllocation_IsTheNamespacesPath()
    {
        var files = new SriovFiles(_folder.FullName);
        Assert.True(PciAddress.TryParse("0000:3d:02.1", out var device));
        Assert.Equal("", files.OwnerOf(device));
        files.Allocate(device, "/run/netns/x");
        Assert.Equal("/run/netns/x", File.ReadAllText(Path.Combine(_folder.FullName, "pci", "0000:3d:02.1")));
        Assert.Equal("/run/netns/x", files.OwnerOf(device));
        Assert.Equal([device], files.Allocated());
        files.Free(device);
        files.Free(device);
        Assert.Equal("", files.OwnerOf(device));
    }

    [Fact]
    public async Task TheLock_IsHeldByOne()
    {
        var files = new SriovFiles(_folder.FullName);
        Assert.True(PciAddress.TryParse("0000:3d:02.1", out var device));
        var first = files.Lock(device);
        var second = Task.Run(() => files.Lock(device));
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "pci", "vf_lock", "0000:3d:02.1.lock")));
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public void Status_AndCheckOfADevice_SayWhatIsMissing()
    {
        using var node = new TestNode();
        node.Plugin = kernel => new SriovPlugin(kernel, new Sysfs(), _folder.FullName);
        const string config = """{"cniVersion":"1.1.0","name":"net","type":"sriov","deviceID":"0000:fe:1f.7"}""";
        var error = Assert.Throws<CniException>(() => node.Call(CniVerb.Status, config));
        Assert.Equal(CniErrorCode.PluginNotAvailable, error.Code);
        Assert.Contains("LoadConf(): failed to get VF information: ", error.Message);
        // Without a device, as it stands in a definition: the kubelet will name one.
        node.Call(CniVerb.Status, config.Replace(",\"deviceID\":\"0000:fe:1f.7\"", ""));
        var pod = node.AddPod();
        Assert.Contains("LoadConf(): failed to get VF information: ", Assert.Throws<CniException>(() => node.Call(CniVerb.Add, config, pod)).Message);
        node.Call(CniVerb.Del, config.Replace("}", ",\"ipam\":{\"type\":\"fake\"}}"), pod);
        Assert.Equal(["DEL fake eth0"], node.Ipam.Calls);
    }
}
