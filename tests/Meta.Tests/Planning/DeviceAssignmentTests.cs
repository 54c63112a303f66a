using System.Text;
using MultiNet.Cni;
using MultiNet.Meta.Tests.Doubles;

namespace MultiNet.Meta.Tests.Planning;

public class DeviceAssignmentTests
{
    private const string Nic = "x.org/nic";
    private const string Chain = """{"cniVersion":"1.0.0","plugins":[{"type":"bridge","capabilities":{"deviceID":true}},{"type":"tuning","deviceID":"old","keep":[1.0]}]}""";

    private static readonly string[] s_three = [$"{Nic} 0000:01:00.1 container a", $"{Nic} 0000:01:00.2 container a", $"{Nic} 0000:01:00.0 container b"];

    [Fact]
    public void EveryNetworkGetsADeviceOfItsOwn_InTheOrderOfTheAnnotation()
    {
        var kubelet = new FakeDevices("kubelet", ["x.org/gpu g0 container a", .. s_three]);
        var plan = Planned.Plan(Source("n1,plain,n2,n1"), devices: kubelet);
        Assert.Equal([null, "0000:01:00.1", null, "0000:01:00.2", "0000:01:00.0"], plan.Attachments.Select(DeviceOf));
        Assert.Equal(1, kubelet.Asked);
    }

    [Fact]
    public void EveryPluginOfTheChainFindsTheDevice_AndWhoeverDeclaresItGetsItAsCapability()
    {
        var attachment = Planned.Plan(Source("n1"), devices: new FakeDevices("kubelet", s_three)).Attachments[1];
        Assert.All(attachment.Config.Plugins, plugin => Assert.Equal(("0000:01:00.1", "0000:01:00.1"), (plugin.Fields.String("deviceID"), plugin.Fields.String("pciBusID"))));
        Assert.Contains("\"keep\":[1.0]", Encoding.UTF8.GetString(attachment.Config.Bytes.Span));
        Assert.Equal("\"0000:01:00.1\"", Encoding.UTF8.GetString(attachment.CapabilityArgs["deviceID"].Span));
        Assert.Equal("/var/run/k8s.cni.cncf.io/devinfo/dp/x.org-nic-0000:01:00.1-device.json", attachment.DeviceInfo!.DevicePluginFile);
        Assert.Equal("/var/run/k8s.cni.cncf.io/devinfo/cni/default-n1-0123456789abcdef_net1", attachment.DeviceInfo.Path);
        Assert.Equal($"\"{attachment.DeviceInfo.Path}\"", Encoding.UTF8.GetString(attachment.CapabilityArgs["CNIDeviceInfoFile"].Span));
    }

    [Fact]
    public void TheDefaultNetworkComesFirst_WhoeverNamesIt()
    {
        var source = Source("n1", defaultNetwork: "main").Definition("main", Chain, "kube-system", Nic);
        Assert.Equal(["0000:01:00.1", "0000:01:00.2"], Planned.Plan(source, devices: new FakeDevices("kubelet", s_three)).Attachments.Select(DeviceOf));
        source = Source("n1").Definition("extra", Chain, "kube-system", Nic);
        Assert.Equal(
            [null, "0000:01:00.1", "0000:01:00.2"],
            Planned.Plan(source, "\"defaultNetworks\":[\"extra\"]", devices: new FakeDevices("kubelet", s_three)).Attachments.Select(DeviceOf));
    }

    [Fact]
    public void AResourceHasDevicesOfItsOwn()
    {
        var source = Source("n1,other,n1").Definition("other", Chain, resource: "y.org/nic");
        var plan = Planned.Plan(source, devices: new FakeDevices("kubelet", ["y.org/nic 0000:01:00.1 container a", .. s_three]));
        Assert.Equal([null, "0000:01:00.1", "0000:01:00.1", "0000:01:00.2"], plan.Attachments.Select(DeviceOf));
    }

    [Fact]
    public void ADeviceThatTheAnnotationNames_IsSetAside()
    {
        var plan = Planned.Plan(Source("""[{"name":"n1"},{"name":"n1","deviceID":"0000:01:00.1"},{"name":"n1"}]"""), devices: new FakeDevices("kubelet", s_three));
        Assert.Equal([null, "0000:01:00.2", "0000:01:00.1", "0000:01:00.0"], plan.Attachments.Select(DeviceOf));
    }

    [Fact]
    public void ADeviceOfAnotherPod_IsRefused()
    {
        var e = Refused(Source("""[{"name":"n1","deviceID":"0000:09:00.0"}]"""), new FakeDevices("kubelet at /k.sock", s_three));
        Assert.Contains("deviceID \"0000:09:00.0\" is no device of resource x.org/nic that was allocated to the pod", e.Message);
        Assert.Contains("0000:01:00.1 (container a), 0000:01:00.2 (container a), 0000:01:00.0 (container b), says the kubelet at /k.sock", e.Details);
    }

    [Fact]
    public void ADeviceThatTwoNetworksName_IsRefused()
    {
        var e = Refused(Source("""[{"name":"n1","deviceID":"0000:01:00.0"},{"name":"n2","deviceID":"0000:01:00.0"}]"""), new FakeDevices("kubelet", s_three));
        Assert.Contains("wanted by two networks: default/n1 on net1 and default/n2 on net2", e.Message);
    }

    [Fact]
    public void WhenNoDeviceIsLeft_TheErrorSaysWhoHasThem()
    {
        var e = Refused(Source("n1,n2,n1"), new FakeDevices("kubelet", s_three[..2]));
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, e.Code);
        Assert.Contains("network default/n1 wants a device of resource x.org/nic, and the pod has no more of them", e.Message);
        Assert.Contains("allocated to the pod: 0000:01:00.1 (container a, for default/n1 on net1), 0000:01:00.2 (container a, for default/n2 on net2)", e.Details);
        Assert.Contains("\"limits\": {\"x.org/nic\": \"1\"}", e.Details);
    }

    [Fact]
    public void WhenThePodHasNone_TheErrorSaysSo()
    {
        var e = Refused(Source("n1"), new FakeDevices("kubelet"), new FakeDevices("API server"));
        Assert.Contains("and the pod has none", e.Message);
        Assert.Contains("no device of x.org/nic is allocated to the pod, says the kubelet and the API server", e.Details);
    }

    [Fact]
    public void ADeviceThatTwoContainersHave_CountsOnce()
    {
        var e = Refused(Source("n1,n2"), new FakeDevices("kubelet", $"{Nic} d0 container a", $"{Nic} d0 container init"));
        Assert.Contains("d0 (container a, for default/n1 on net1), says", e.Details);
    }

    [Fact]
    public void TheNextSourceIsAskedOnly_WhereTheFirstIsNotEnough()
    {
        FakeDevices kubelet = new("kubelet", s_three[..1]), claims = new("API server", $"{Nic} 0000:07:00.0 claim c");
        Assert.Equal([null, "0000:01:00.1"], Planned.Plan(Source("n1"), devices: [kubelet, claims]).Attachments.Select(DeviceOf));
        Assert.Equal((1, 0), (kubelet.Asked, claims.Asked));
        Assert.Equal([null, "0000:01:00.1", "0000:07:00.0"], Planned.Plan(Source("n1,n2"), devices: [kubelet, claims]).Attachments.Select(DeviceOf));
        Assert.Equal([null, "0000:07:00.0"], Planned.Plan(Source("""[{"name":"n1","deviceID":"0000:07:00.0"}]"""), devices: [kubelet, claims]).Attachments.Select(DeviceOf));
    }

    [Fact]
    public void NobodyIsAsked_WhenNoNetworkNamesAResource()
    {
        var kubelet = new FakeDevices("kubelet", s_three);
        var attachment = Planned.Plan(Source("""[{"name":"plain","deviceID":"d7"}]"""), devices: kubelet).Attachments[1];
        Assert.Equal("\"d7\"", Encoding.UTF8.GetString(attachment.CapabilityArgs["deviceID"].Span));
        Assert.Equal(0, kubelet.Asked);
    }

    [Fact]
    public void AKubeletThatDoesNotAnswer_IsAnError()
    {
        var e = Refused(Source("n1,n2"), new FakeDevices("kubelet") { Failure = "nobody there" });
        Assert.Equal((CniErrorCode.TryAgainLater, 1), (e.Code, e.Text.Split("nobody there").Length - 1));
    }

    [Fact]
    public void OfManifests_TheAnnotationsWordCounts()
    {
        Assert.Equal("d7", DeviceOf(Planned.Plan(Source("""[{"name":"n1","deviceID":"d7"}]""")).Attachments[1]));
        Assert.Contains("which manifests do not have: name one with \"deviceID\"", Refused(Source("n1")).Details);
    }

    private static FakeSource Source(string networks, string? defaultNetwork = null) => new FakeSource()
        .Definition("n1", Chain, resource: Nic).Definition("n2", Chain, resource: Nic).Definition("plain", Chain).Pod("web", networks, defaultNetwork);

    private static CniException Refused(FakeSource source, params FakeDevices[] devices) =>
        Assert.Throws<CniException>(() => Planned.Plan(source, devices: devices));

    private static string? DeviceOf(Meta.Planning.PlannedAttachment attachment) =>
        attachment.Config.Plugins[0].Fields.String("pciBusID") is { Length: > 0 } id ? id : null;
}
