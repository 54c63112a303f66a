using System.Net;
using System.Text;
using MultiNet.Cni;
using MultiNet.Meta.Tests.Doubles;

namespace MultiNet.Meta.Tests.Planning;

public class AttachmentPlannerTests
{
    private const string Bridge = """{"cniVersion":"1.0.0","type":"bridge","bridge":"br1"}""";
    private const string WithCapabilities = """{"cniVersion":"1.0.0","type":"bridge","capabilities":{"ips":true,"mac":true,"portMappings":true},"args":{"cni":{"a":1,"b":2}}}""";

    [Fact]
    public void Plan_AttachesDefaultNetworkOnly_WhenPodHasNoAnnotation()
    {
        var plan = Planned.Plan(new FakeSource().Pod("web"));
        var only = Assert.Single(plan.Attachments);
        Assert.Equal(("primary", "eth0", true), (only.DisplayName, only.InterfaceName, only.IsDefault));
        Assert.Equal(["bridge", "host-local"], only.Plugins.Select(p => p.Source.Type));
    }

    [Fact]
    public void Plan_NamesInterfacesByPosition_WhenNoneAreAskedFor()
    {
        var plan = Planned.Plan(new FakeSource().Pod("web", "n1@foo, n1, other/n2").Definition("n1", Bridge).Definition("n2", Bridge, "other"));
        Assert.Equal(["eth0", "foo", "net2", "net3"], plan.Attachments.Select(a => a.InterfaceName));
        Assert.Equal(["primary", "default/n1", "default/n1", "other/n2"], plan.Attachments.Select(a => a.DisplayName));
    }

    [Theory]
    [InlineData("n1@net2,n1")]
    [InlineData("n1@eth0")]
    [InlineData("n1@same,n1@same")]
    public void Plan_RefusesTwoNetworksOnOneInterface(string annotation)
    {
        var e = Assert.Throws<CniException>(() => Planned.Plan(new FakeSource().Pod("web", annotation).Definition("n1", Bridge)));
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, e.Code);
    }

    [Fact]
    public void Plan_ReportsEverythingThatIsWrong_AtOnce()
    {
        var e = Assert.Throws<CniException>(() => Planned.Plan(new FakeSource().Pod("web", "missing1,missing2")));
        Assert.Contains("missing1", e.Text);
        Assert.Contains("missing2", e.Details);
        Assert.Contains("default/web", e.Message);
    }

    [Theory]
    [InlineData("""{"type":"multinet"}""", "multinet itself")]
    [InlineData("""{"name":"../x","type":"bridge"}""", "network name")]
    public void Plan_RefusesNetworksThatCouldNotBeReleased(string config, string reason)
    {
        var e = Assert.Throws<CniException>(() => Planned.Plan(new FakeSource().Pod("web", "n1").Definition("n1", config)));
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, e.Code);
        Assert.Contains(reason, e.Message);
        Assert.Contains("default/n1", e.Message);
    }

    [Theory]
    [InlineData("""[{"name":"n1","cni-args":{"\ud800":1}}]""")]
    public void Plan_RefusesKeysThatAreNoText(string annotation) =>
        Assert.Equal(
            CniErrorCode.InvalidNetworkConfig,
            Assert.Throws<CniException>(() => Planned.Plan(new FakeSource().Pod("web", annotation).Definition("n1", Bridge))).Code);

    [Fact]
    public void Plan_AsksToTryAgain_WhenPodIsUnknown()
    {
        var e = Assert.Throws<CniException>(() => Planned.Plan(new FakeSource()));
        Assert.Equal(CniErrorCode.TryAgainLater, e.Code);
    }

    [Fact]
    public void Plan_RefusesPodThatWasReplaced_WhenUidsDiffer()
    {
        var source = new FakeSource().Pod("web", uid: "new");
        var e = Assert.Throws<CniException>(() => Planned.Plan(source, request: Planned.Request(uid: "old")));
        Assert.Contains("expected pod UID \"old\" but got \"new\"", e.Message);
        Assert.Single(Planned.Plan(source, request: Planned.Request(uid: "new")).Attachments);
    }

    [Fact]
    public void Plan_UsesConfiguredNetworksOnly_WhenThereIsNoSource()
    {
        Assert.Single(Planned.Plan(null).Attachments);
    }

    [Fact]
    public void Plan_MergesCniArgs_SoThatTheAnnotationWins()
    {
        var plan = Planned.Plan(new FakeSource().Pod("web", """[{"name":"n1","cni-args":{"b":3,"c":{"x":[1.50]}}}]""").Definition("n1", WithCapabilities));
        Assert.Equal("""{"cni":{"a":1,"b":3,"c":{"x":[1.50]}}}""", plan.Attachments[1].Config.Plugins[0].Fields.Object("args").Element.GetRawText());
    }

    [Fact]
    public void Plan_LeavesUnknownKeysAsTheyAre()
    {
        const string odd = """{ "type" : "bridge", "x-Unknown":  [1.0e3,  "\u00e9"], "name":"n" }""";
        var plan = Planned.Plan(new FakeSource().Pod("web", "n1").Definition("n1", odd));
        Assert.Equal(odd, Encoding.UTF8.GetString(plan.Attachments[1].Config.Bytes.Span));
    }

    [Fact]
    public void Plan_PassesCapabilityArguments_ToTheNetworkThatSelectsThem()
    {
        var plan = Planned.Plan(new FakeSource()
            .Pod("web", """[{"name":"n1","ips":["10.2.3.4/24"],"mac":"02:00:00:00:00:01"},{"name":"n1"}]""").Definition("n1", WithCapabilities));
        Assert.Equal("""["10.2.3.4/24"]""", Encoding.UTF8.GetString(plan.Attachments[1].CapabilityArgs["ips"].Span));
        Assert.Equal("\"02:00:00:00:00:01\"", Encoding.UTF8.GetString(plan.Attachments[1].CapabilityArgs["mac"].Span));
        Assert.Empty(plan.Attachments[2].CapabilityArgs);
        Assert.Contains(new("MAC", "02:00:00:00:00:01"), plan.Attachments[1].Args);
        Assert.Contains(new("IP", "10.2.3.4/24"), plan.Attachments[1].Args);
    }

    [Fact]
    public void Plan_KeepsTheRuntimesArguments_FromOtherNetworks()
    {
        var plan = Planned.Plan(
            new FakeSource().Pod("web", "n1").Definition("n1", WithCapabilities), "\"runtimeConfig\":{\"portMappings\":[{\"hostPort\":80,\"containerPort\":80}]}");
        Assert.True(plan.Attachments[0].CapabilityArgs.ContainsKey("portMappings"));
        Assert.False(plan.Attachments[1].CapabilityArgs.ContainsKey("portMappings"));
    }

    [Theory]
    [InlineData("""[{"name":"n1","ips":["10.2.3.4"]}]""", "ips")]
    [InlineData("""[{"name":"n1","mac":"02:00:00:00:00:01"}]""", "mac")]
    [InlineData("""[{"name":"n1","portMappings":[{"hostPort":80,"containerPort":80}]}]""", "portMappings")]
    [InlineData("""[{"name":"n1","bandwidth":{"ingressRate":1,"ingressBurst":1}}]""", "bandwidth")]
    [InlineData("""[{"name":"n1","infiniband-guid":"00:11:22:33:44:55:66:77"}]""", "infinibandGUID")]
    public void Plan_RefusesARequest_WhenNoPluginHasTheCapability(string annotation, string capability)
    {
        var e = Assert.Throws<CniException>(() => Planned.Plan(new FakeSource().Pod("web", annotation).Definition("n1", Bridge)));
        Assert.Contains($"capability \"{capability}\"", e.Text);
    }

    [Fact]
    public void Plan_AppliesIsolation_ToBothAnnotations()
    {
        const string isolated = "\"namespaceIsolation\":true";
        var source = new FakeSource().Definition("n1", Bridge, "other").Definition("n1", Bridge).Definition("n1", Bridge, "team")
            .Pod("a", "other/n1", @namespace: "team").Pod("b", defaultNetwork: "other/n1", @namespace: "team").Pod("c", "n1,default/n1", @namespace: "team");
        foreach (string pod in new[] { "a", "b" })
        {
            var e = Assert.Throws<CniException>(() => Planned.Plan(source, isolated, Planned.Request(pod, "team")));
            Assert.Contains("isolation", e.Message);
            Assert.NotEmpty(Planned.Plan(source, request: Planned.Request(pod, "team")).Attachments);
        }
        Assert.Equal(3, Planned.Plan(source, isolated, Planned.Request("c", "team")).Attachments.Count);
        Assert.Throws<CniException>(() => Planned.Plan(source, isolated + ",\"globalNamespaces\":\"other\"", Planned.Request("c", "team")));
    }

    [Fact]
    public void Plan_ReplacesTheDefaultNetwork_WhenTheAnnotationSaysSo()
    {
        var plan = Planned.Plan(new FakeSource().Pod("web", "n1", "n2").Definition("n1", Bridge).Definition("n2", Bridge, "kube-system"));
        Assert.Equal(["kube-system/n2", "default/n1"], plan.Attachments.Select(a => a.DisplayName));
        Assert.Equal(["eth0", "net1"], plan.Attachments.Select(a => a.InterfaceName));
    }

    [Theory]
    [InlineData("networks", "[null]")]
    [InlineData("networks", "{}")]
    [InlineData("networks", "[{}]")]
    [InlineData("networks", "a/b/c")]
    [InlineData("networks", "n1,")]
    [InlineData("networks", "[[[[[[[[[[[[[[[[")]
    [InlineData("default", "[]")]
    [InlineData("default", "[null]")]
    [InlineData("default", "n1,n1")]
    public void Plan_RefusesMalformedAnnotations(string which, string text)
    {
        var source = new FakeSource().Definition("n1", Bridge)
            .Pod("web", which == "networks" ? text : null, which == "default" ? text : null);
        Assert.Equal(CniErrorCode.InvalidNetworkConfig, Assert.Throws<CniException>(() => Planned.Plan(source)).Code);
    }

    [Fact]
    public void Plan_GivesTheDefaultRoute_ToTheOneThatAsksForIt()
    {
        var plan = Planned.Plan(new FakeSource().Pod("web", """[{"name":"n1"},{"name":"n1","default-route":["10.9.0.1"]}]""").Definition("n1", Bridge));
        Assert.Equal([true, true, true], plan.Attachments.Select(a => a.DefaultRoute.RemoveIPv4));
        Assert.Equal([false, false, false], plan.Attachments.Select(a => a.DefaultRoute.RemoveIPv6));
        Assert.Equal(IPAddress.Parse("10.9.0.1"), Assert.Single(plan.Attachments[2].DefaultRoute.Gateways));
    }

    [Fact]
    public void Plan_KeepsAnAttachmentsOwnDefaultRoute_WhenItNamesNoGateway()
    {
        var plan = Planned.Plan(new FakeSource().Pod("web", """[{"name":"n1","default-route":[]}]""").Definition("n1", Bridge));
        Assert.Equal((true, true), (plan.Attachments[0].DefaultRoute.RemoveIPv4, plan.Attachments[0].DefaultRoute.RemoveIPv6));
        Assert.True(plan.Attachments[1].DefaultRoute.IsKeep);
    }

    [Fact]
    public void Plan_RefusesTwoDefaultRoutes()
    {
        Assert.Throws<CniException>(() => Planned.Plan(new FakeSource()
            .Pod("web", """[{"name":"n1","default-route":["10.9.0.1"]},{"name":"n1","default-route":["10.9.0.2"]}]""").Definition("n1", Bridge)));
    }

    [Fact]
    public void Plan_DemandsADevice_WhenTheDefinitionNamesAResource()
    {
        var source = new FakeSource().Definition("n1", Bridge, resource: "intel.com/sriov").Pod("a", "n1").Pod("b", """[{"name":"n1","deviceID":"0000:03:02.1"}]""");
        Assert.Throws<CniException>(() => Planned.Plan(source, request: Planned.Request("a")));
        var attachment = Planned.Plan(source, request: Planned.Request("b")).Attachments[1];
        Assert.Equal("\"0000:03:02.1\"", Encoding.UTF8.GetString(attachment.CapabilityArgs["deviceID"].Span));
        Assert.NotNull(attachment.DeviceInfo);
        // As with Multus every plugin of the list finds it at the top: host-device as pciBusID, sriov as deviceID.
        Assert.All(attachment.Config.Plugins, plugin => Assert.Equal(("0000:03:02.1", "0000:03:02.1"), (plugin.Fields.String("deviceID"), plugin.Fields.String("pciBusID"))));
    }

    [Fact]
    public void Plan_LeavesTheConfigurationAlone_WhenNoResourceIsNamed()
    {
        var source = new FakeSource().Definition("n1", Bridge).Pod("b", """[{"name":"n1","deviceID":"0000:03:02.1"}]""");
        Assert.False(Planned.Plan(source, request: Planned.Request("b")).Attachments[1].Config.Plugins[0].Fields.Has("pciBusID"));
    }

    [Theory]
    [InlineData("off", false, false)]
    [InlineData("builtin", true, false)]
    [InlineData("all", true, true)]
    public void Plan_SaysWhatMayRunSideBySide(string parallel, bool builtin, bool external)
    {
        var plan = Planned.Plan(
            new FakeSource().Pod("web", "n1,n2").Definition("n1", Bridge).Definition("n2", """{"type":"macvlan"}"""), $"\"parallel\":\"{parallel}\"");
        Assert.Equal([false, builtin, external], plan.Attachments.Select(a => a.MayRunInParallel));
    }

    [Fact]
    public void Plan_AttachesDefaultNetworks_OutsideOfSystemNamespaces()
    {
        var source = new FakeSource().Definition("extra", Bridge, "kube-system").Pod("web").Pod("dns", @namespace: "kube-system");
        const string keys = "\"defaultNetworks\":[\"extra\"]";
        Assert.Equal(2, Planned.Plan(source, keys).Attachments.Count);
        Assert.Single(Planned.Plan(source, keys, Planned.Request("dns", "kube-system")).Attachments);
    }

    [Fact]
    public void Plan_SaysWhichPluginIsMissing()
    {
        var e = Assert.Throws<CniException>(() => Planned.Plan(new FakeSource().Pod("web", "n1").Definition("n1", """{"type":"nothing-like-it"}""")));
        Assert.Contains("nothing-like-it", e.Text);
        Assert.Contains("default/n1", e.Text);
    }
}
