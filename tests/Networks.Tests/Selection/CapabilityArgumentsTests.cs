using System.Text;

namespace MultiNet.Networks.Tests;

public class CapabilityArgumentsTests
{
    [Fact]
    public void Arguments_CarryEveryRequest_WhenElementHasThemAll()
    {
        var (elements, problems) = NetworkSelectionAnnotation.Parse("""
            [{"name": "a", "ips": ["10.0.0.1/24"], "mac": "02-00-00-00-00-0A", "infiniband-guid": "c2:11:22:33:44:55:66:77", "deviceID": "d0",
              "portMappings": [{"hostPort": 1, "containerPort": 2}, {"hostPort": 1, "containerPort": 2, "protocol": "SCTP", "hostIP": "::1"}],
              "bandwidth": {"ingressRate": 5}}]
            """);

        Assert.Empty(problems);
        Assert.Equal(
            [
                """portMappings [{"hostPort":1,"containerPort":2,"protocol":"tcp"},{"hostPort":1,"containerPort":2,"protocol":"sctp","hostIP":"::1"}]""",
                """bandwidth {"ingressRate":5,"ingressBurst":2147483647,"egressRate":0,"egressBurst":0}""",
                """ips ["10.0.0.1/24"]""",
                "mac \"02:00:00:00:00:0a\"",
                "infinibandGUID \"c2:11:22:33:44:55:66:77\"",
                "deviceID \"d0\"",
            ],
            CapabilityArguments.Of(elements[0]).Select(a => $"{a.Key} {Encoding.UTF8.GetString(a.Value.Span)}"));
    }

    [Fact]
    public void Arguments_AreEmpty_WhenElementOnlyNamesNetwork() =>
        Assert.Empty(CapabilityArguments.Of(NetworkSelectionAnnotation.Parse("ns/a@b").Elements[0]));
}
