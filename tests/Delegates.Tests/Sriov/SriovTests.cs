using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tests.Sriov;

/// <summary>The plugin on real cards: QEMU's igb.</summary>
[Trait("Kernel", "vm")]
public sealed class SriovTests : IDisposable
{
    private const string Mac = "0a:58:0a:01:02:03";
    private const string Settings = $"\"vlan\":100,\"vlanQoS\":3,\"mac\":\"{Mac}\",\"spoofchk\":\"off\",\"trust\":\"on\",\"max_tx_rate\":100";

    private readonly SriovNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void AFunction_IsConfigured_Moved_Checked_RefusedToOthers_AndReturned()
    {
        string before = SriovNode.StateOf(SriovNode.Function1, SriovNode.Card1);
        string config = SriovNode.Sriov(SriovNode.Function1, Settings);
        string pod = _node.AddPod(), other = _node.AddPod();

        _node.Call(CniVerb.Status, config);
        var result = _node.Call(CniVerb.Add, config, pod)!;

        Assert.Equal(new CniInterface { Name = "net1", Mac = Mac, Sandbox = pod, Mtu = 1500, PciId = SriovNode.Function1 }, Assert.Single(result.Interfaces));
        Assert.Equal("", SriovNode.InterfaceOf(SriovNode.Function1));
        var link = SriovNode.Json("address show dev net1", pod);
        Assert.Equal(Mac, link.GetProperty("address").GetString());
        Assert.Contains("10.1.2.5", link.GetProperty("addr_info").EnumerateArray().Select(address => address.GetProperty("local").GetString()));
        var function = SriovNode.FunctionOf(SriovNode.Card1);
        Assert.Equal(Mac, function.GetProperty("address").GetString());
        Assert.Contains("100", function.ToString());
        Assert.Equal((JsonValueKind.False, JsonValueKind.True), (function.GetProperty("spoofchk").ValueKind, function.GetProperty("trust").ValueKind));
        Assert.Equal("1", TestNode.Exec(pod, "cat", "/proc/sys/net/ipv4/conf/net1/arp_notify").Trim());

        string message = $"SRIOV-CNI failed to load netconf: pci address {SriovNode.Function1} is already allocated";
        Assert.Equal(message, Assert.Throws<CniException>(() => _node.Call(CniVerb.Add, config, other)).Message);
        Assert.Equal(CniErrorCode.PluginNotAvailable, Assert.Throws<CniException>(() => _node.Call(CniVerb.Status, config)).Code);

        string withResult = TestNode.WithPrevResult(config, result);
        _node.Call(CniVerb.Check, withResult, pod);
        SriovNode.Run("ip", $"link set dev {SriovNode.InterfaceOf(SriovNode.Card1)} vf 0 spoofchk on");
        Assert.Contains("configured spoofchk is False, current value is True", Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, withResult, pod)).Message);
        SriovNode.Run("ip", $"link set dev {SriovNode.InterfaceOf(SriovNode.Card1)} vf 0 spoofchk off");
        TestNode.Exec(pod, "ip", "address del 10.1.2.5/24 dev net1");
        Assert.Contains("Failed to match addr 10.1.2.5/24", Assert.Throws<CniException>(() => _node.Call(CniVerb.Check, withResult, pod)).Message);

        TestNode.Exec(pod, "ip", "link set net1 mtu 1400");
        _node.Call(CniVerb.Del, config, pod);
        Assert.Equal(before, SriovNode.StateOf(SriovNode.Function1, SriovNode.Card1));
        Assert.False(_node.HasState);
        _node.Call(CniVerb.Del, config, pod);
        Assert.Equal("DEL fake net1", _node.Ipam.Calls[^1]);
    }

    [Fact]
    public void AFunction_IsRecovered_AfterThePodsNamespaceWasKilled()
    {
        string before = SriovNode.StateOf(SriovNode.Function1, SriovNode.Card1);
        string config = SriovNode.Sriov(SriovNode.Function1, Settings);
        string pod = _node.AddPod(), other = _node.AddPod(), third = _node.AddPod();

        // No DEL: the next pod's ADD makes of it what it was.
        _node.Call(CniVerb.Add, config, pod);
        NetworkNamespace.Delete(pod);
        _node.Call(CniVerb.Add, SriovNode.Sriov(SriovNode.Function1), other);
        Assert.DoesNotContain(Mac, SriovNode.FunctionOf(SriovNode.Card1).ToString());
        // The DEL of the first pod comes late, and takes nothing from the second.
        _node.Call(CniVerb.Del, config, pod);
        Assert.Equal("net1", SriovNode.Json("link show dev net1", other).GetProperty("ifname").GetString());

        // DEL without the namespace.
        NetworkNamespace.Delete(other);
        _node.Call(CniVerb.Del, SriovNode.Sriov(SriovNode.Function1), "", Path.GetFileName(other));
        Assert.Equal(before, SriovNode.StateOf(SriovNode.Function1, SriovNode.Card1));
        Assert.False(_node.HasState);

        // GC.
        _node.Call(CniVerb.Add, config, third);
        _node.Call(CniVerb.Gc, config[..^1] + ",\"cni.dev/valid-attachments\":[]}");
        Assert.Equal(before, SriovNode.StateOf(SriovNode.Function1, SriovNode.Card1));
        Assert.False(_node.HasState);
    }

    [Fact]
    public void FunctionsOfTwoCards_ReachEachOther_InOneVlan()
    {
        string one = _node.AddPod(), two = _node.AddPod();
        _node.Call(CniVerb.Add, SriovNode.Sriov(SriovNode.Function1, "\"vlan\":100"), one);
        _node.Ipam.Result = """{"ips":[{"address":"10.1.2.6/24"},{"address":"fd00:1::6/64"}]}""";
        _node.Call(CniVerb.Add, SriovNode.Sriov(SriovNode.Function2, "\"vlan\":100"), two);
        SriovNode.Await(() => TestNode.TryExec(one, "ping", "-n -c 1 -W 2 10.1.2.6").Code == 0, "an answer of the other function");
        Assert.Equal(0, TestNode.TryExec(one, "ping", "-n -c 1 -w 60 fd00:1::6").Code);
        _node.Call(CniVerb.Del, SriovNode.Sriov(SriovNode.Function1), one);
        _node.Call(CniVerb.Del, SriovNode.Sriov(SriovNode.Function2), two);
    }

    [Fact]
    public void AFunctionInAVlan_ReachesAVlanInterfaceOnTheOtherCard()
    {
        string pod = _node.AddPod(), far = _node.AddPod(), card = SriovNode.InterfaceOf(SriovNode.Card2);
        SriovNode.Run("ip", $"link add link {card} name far100 type vlan id 100");
        SriovNode.Run("ip", $"link set far100 netns {far}");
        foreach (string command in (string[])["address add 10.1.2.6/24 dev far100", "link set far100 up"])
            TestNode.Exec(far, "ip", command);
        _node.Call(CniVerb.Add, SriovNode.Sriov(SriovNode.Function1, "\"vlan\":100"), pod);
        // From there: an emulated card with virtual functions drops tagged broadcasts that come from outside for itself, such as the pod's question for
        // its address. It does with plain ip commands, too.
        SriovNode.Await(() => TestNode.TryExec(far, "ping", "-n -c 1 -W 2 10.1.2.5").Code == 0, "an answer of the function");
        _node.Call(CniVerb.Del, SriovNode.Sriov(SriovNode.Function1), pod);
    }

    [Fact]
    public void AFailedAdd_LeavesTheFunctionAsItWas()
    {
        string before = SriovNode.StateOf(SriovNode.Function1, SriovNode.Card1);
        string pod = _node.AddPod();
        // igb has no link state of functions, nor a guaranteed rate: everything before it was set.
        Assert.Contains("SRIOV-CNI failed to configure VF \"failed to set vf 0 link state to 2", Assert.Throws<CniException>(() => _node.Call(CniVerb.Add, SriovNode.Sriov(SriovNode.Function1, Settings + ",\"link_state\":\"disable\""), pod)).Message);
        Assert.Equal(before, SriovNode.StateOf(SriovNode.Function1, SriovNode.Card1));
        Assert.False(_node.HasState);

        _node.Ipam.Failure = verb => verb == CniVerb.Add ? new CniException(CniErrorCode.Internal, "no addresses left") : null;
        Assert.Contains("no addresses left", Assert.Throws<CniException>(() => _node.Call(CniVerb.Add, SriovNode.Sriov(SriovNode.Function1, Settings), pod)).Message);
        Assert.Equal(before, SriovNode.StateOf(SriovNode.Function1, SriovNode.Card1));
        Assert.False(_node.HasState);
        _node.Call(CniVerb.Del, SriovNode.Sriov(SriovNode.Function1), pod);
    }

    [Fact]
    public void AFunctionOfAProgram_IsConfigured_AndNotMoved()
    {
        string device = $"/sys/bus/pci/devices/{SriovNode.Function1}";
        File.WriteAllText($"{device}/driver_override", "vfio-pci");
        File.WriteAllText($"{device}/driver/unbind", SriovNode.Function1);
        File.WriteAllText("/sys/bus/pci/drivers_probe", SriovNode.Function1);
        Assert.Equal("vfio-pci", Path.GetFileName(new FileInfo($"{device}/driver").LinkTarget));
        string before = SriovNode.FunctionOf(SriovNode.Card1).ToString();
        string pod = _node.AddPod();
        string config = SriovNode.Sriov(SriovNode.Function1, $"\"vlan\":100,\"mac\":\"{Mac}\"");

        var result = _node.Call(CniVerb.Add, config, pod)!;

        Assert.Equal(new CniInterface { Name = "net1", Mac = Mac, Sandbox = pod, PciId = SriovNode.Function1 }, Assert.Single(result.Interfaces));
        Assert.Equal(2, result.IPs.Count);
        Assert.Equal(Mac, SriovNode.FunctionOf(SriovNode.Card1).GetProperty("address").GetString());
        _node.Call(CniVerb.Check, TestNode.WithPrevResult(config, result), pod);
        _node.Call(CniVerb.Del, config, pod);
        Assert.Equal(before, SriovNode.FunctionOf(SriovNode.Card1).ToString());
        Assert.False(_node.HasState);

        // host-device takes it for the same.
        var noted = _node.Call(CniVerb.Add, HostDevice("\"runtimeConfig\":{\"deviceID\":\"" + SriovNode.Function1 + "\"}"), pod)!;
        Assert.Equal(SriovNode.Function1, noted.Interfaces[0].PciId);
        _node.Call(CniVerb.Del, HostDevice("\"pciBusID\":\"" + SriovNode.Function1 + "\""), pod);
    }

    [Theory]
    [InlineData("\"pciBusID\":\"" + SriovNode.Function1 + "\"")]
    [InlineData("\"runtimeConfig\":{\"deviceID\":\"" + SriovNode.Function1 + "\"}")]
    public void HostDevice_TakesAFunction_AndFindsItAgainAfterTheNamespaceWasKilled(string key)
    {
        string before = SriovNode.StateOf(SriovNode.Function1, SriovNode.Card1);
        string config = HostDevice(key);
        string pod = _node.AddPod(), other = _node.AddPod(), third = _node.AddPod();
        var result = _node.Call(CniVerb.Add, config, pod)!;
        Assert.Equal((SriovNode.Function1, 1500), (result.Interfaces[0].PciId, result.Interfaces[0].Mtu));
        _node.Call(CniVerb.Check, TestNode.WithPrevResult(config, result), pod);
        _node.Call(CniVerb.Del, config, pod);
        Assert.Equal(before, SriovNode.StateOf(SriovNode.Function1, SriovNode.Card1));

        // DEL after the end of the namespace: it comes home by itself, under the pod's name.
        _node.Call(CniVerb.Add, config, pod);
        NetworkNamespace.Delete(pod);
        _node.Call(CniVerb.Del, config, pod);
        Assert.Equal(before, SriovNode.StateOf(SriovNode.Function1, SriovNode.Card1));

        // No DEL at all: the next ADD, or GC.
        _node.Call(CniVerb.Add, config, other);
        NetworkNamespace.Delete(other);
        SriovNode.Await(() => SriovNode.InterfaceOf(SriovNode.Function1) == "net1", "the function under the pod's name");
        _node.Call(CniVerb.Add, config, third);
        _node.Call(CniVerb.Gc, config[..^1] + ",\"cni.dev/valid-attachments\":[]}");
        Assert.Equal(before, SriovNode.StateOf(SriovNode.Function1, SriovNode.Card1));
    }

    private static string HostDevice(string key) => """{"cniVersion":"1.1.0","name":"net","type":"host-device",KEY,"ipam":{"type":"fake"}}""".Replace("KEY", key);
}
