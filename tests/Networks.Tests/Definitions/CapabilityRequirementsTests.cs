using System.Text;
using MultiNet.Cni;

namespace MultiNet.Networks.Tests;

public class CapabilityRequirementsTests
{
    private static readonly NetworkSelectionElement Everything = NetworkSelectionAnnotation.Parse("""
        [{"name": "a", "ips": ["10.0.0.1"], "mac": "02:00:00:00:00:01", "infiniband-guid": "c2:11:22:33:44:55:66:77", "deviceID": "d",
          "portMappings": [{"hostPort": 1, "containerPort": 1}], "bandwidth": {"ingressRate": 1}}]
        """).Elements[0];

    private static NetworkConfigList Chain(string plugins) =>
        NetworkConfigList.Parse(Encoding.UTF8.GetBytes($$"""{"cniVersion": "1.0.0", "name": "net-a", "plugins": [{{plugins}}]}"""), "chain");

    [Fact]
    public void Request_IsRefused_WhenNoPluginDeclaresCapability()
    {
        var problems = CapabilityRequirements.Check(Everything, Chain("""{"type": "bridge"}, {"type": "tuning", "capabilities": {"mac": false, "Ips": true}}"""));

        Assert.Equal(["[0].ips", "[0].mac", "[0].portMappings", "[0].bandwidth", "[0].infiniband-guid"], problems.Select(p => p.Path));
        Assert.All(problems, p => Assert.Equal(("POD-026", true), (p.Rule, p.IsError)));
        Assert.Contains("network net-a (bridge, tuning)", problems[0].Message);
    }

    [Fact]
    public void Request_IsAccepted_WhenAnyPluginDeclaresCapability() => Assert.Empty(CapabilityRequirements.Check(Everything, Chain(
        """
        {"type": "a", "capabilities": {"ips": true, "mac": false, "mac": true}},
        {"type": "b", "capabilities": {"portMappings": true, "bandwidth": true, "infinibandGUID": true}}
        """)));

    [Fact]
    public void Request_IsAccepted_WhenNothingIsAsked() =>
        Assert.Empty(CapabilityRequirements.Check(NetworkSelectionAnnotation.Parse("a").Elements[0], Chain("""{"type": "a"}""")));
}
