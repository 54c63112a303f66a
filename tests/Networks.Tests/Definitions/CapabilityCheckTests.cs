using System.Text;
using MultiNet.Cni.Json;

namespace MultiNet.Networks.Tests;

public class CapabilityCheckTests
{
    private static readonly NetworkSelectionElement Everything = NetworkSelectionAnnotation.Parse("""
        [{"name": "a", "ips": ["10.0.0.1"], "mac": "02:00:00:00:00:01", "infiniband-guid": "c2:11:22:33:44:55:66:77", "deviceID": "d",
          "portMappings": [{"hostPort": 1, "containerPort": 1}], "bandwidth": {"ingressRate": 1}}]
        """).Elements[0];

    private static JsonFields[] Plugins(params string[] configs) => [.. configs.Select(c => JsonFields.Parse(Encoding.UTF8.GetBytes(c), "plugin"))];

    [Fact]
    public void Request_IsRefused_WhenNoPluginDeclaresCapability()
    {
        var problems = CapabilityCheck.FindMissing(Everything, "ns/a", Plugins("""{"type": "bridge"}""", """{"type": "tuning", "capabilities": {"mac": false}}"""));

        Assert.Equal(["[0].ips", "[0].mac", "[0].portMappings", "[0].bandwidth", "[0].infiniband-guid"], problems.Select(p => p.Path));
        Assert.All(problems, p => Assert.Equal(("POD-026", true), (p.Rule, p.IsError)));
        Assert.Contains("network ns/a (bridge, tuning)", problems[0].Message);
    }

    [Fact]
    public void Request_IsAccepted_WhenAnyPluginDeclaresCapability() => Assert.Empty(CapabilityCheck.FindMissing(
        Everything, "ns/a", Plugins(
            """{"type": "a", "capabilities": {"ips": true, "mac": false, "mac": true}}""",
            """{"type": "b", "capabilities": {"portMappings": true, "bandwidth": true, "infinibandGUID": true}}""")));

    [Theory]
    [InlineData("""{"type": "a", "capabilities": {"Mac": true}}""")]
    [InlineData("""{"type": "a", "capabilities": {"mac": "true"}}""")]
    [InlineData("""{"type": "a", "capabilities": ["mac"]}""")]
    [InlineData("""{"type": 5, "capabilities": {"\ud800": true, "mac": true, "mac": null}}""")]
    public void Request_IsRefused_WhenDeclarationIsNone(string plugin) =>
        Assert.Contains(CapabilityCheck.FindMissing(Everything, "a", Plugins(plugin)), p => p.Path == "[0].mac");

    [Fact]
    public void Request_IsAccepted_WhenNothingIsAsked() =>
        Assert.Empty(CapabilityCheck.FindMissing(NetworkSelectionAnnotation.Parse("a").Elements[0], "a", Plugins("""{"type": "a"}""")));
}
