using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Dhcp;

/// <summary>
/// The reference's plugin and daemon, MultiNet's, and each of them with the other's: the same server gives the same results. A table of its own,
/// as daemon and server are needed, which the common one does not know.
/// </summary>
public sealed class DhcpDifferentialTests
{
    private static readonly Dictionary<string, (string Ipam, string Server, string Args)> s_cases = new()
    {
        ["default"] = ("{}", "", ""),
        ["priority"] = ("""{"priority":77}""", "", ""),
        ["no router"] = ("{}", "--dhcp-option=3", ""),
        ["two routers"] = ("{}", "--dhcp-option=3,10.77.0.2,10.77.0.3", ""),
        ["classless routes"] = ("""{"request":[{"option":"121"}]}""", "--dhcp-option=121,10.9.0.0/16,10.77.0.2,0.0.0.0/0,10.77.0.3", ""),
        ["classless routes on the link"] = ("""{"request":[{"option":"121"}],"priority":5}""", "--dhcp-option=121,10.9.0.0/16,0.0.0.0,192.168.5.128/25,10.77.0.9", ""),
        ["classless routes not asked for"] = ("{}", "--dhcp-option=121,10.9.0.0/16,10.77.0.2", ""),
        ["static routes"] = ("""{"request":[{"option":"33"}]}""", "--dhcp-option=33,10.8.1.1,10.77.0.2,172.17.0.1,10.77.0.3,192.168.9.1,10.77.0.4", ""),
        ["static and classless routes"] = ("""{"request":[{"option":"33"},{"option":"121"}]}""", "--dhcp-option=33,10.8.1.1,10.77.0.2 --dhcp-option=121,10.9.0.0/16,10.77.0.2", ""),
        ["request without defaults"] = ("""{"request":[{"skipDefault":true,"option":"subnet-mask"}]}""", "", ""),
        ["request of nothing"] = ("""{"request":[{"skipDefault":true}]}""", "", ""),
        ["request without the mask"] = ("""{"request":[{"skipDefault":true,"option":"routers"}]}""", "", ""),
        ["provide"] = ("""{"provide":[{"option":"host-name","value":"h1"},{"option":"vendor-class-identifier","value":"acme"}]}""", "--dhcp-vendorclass=set:a,acme --dhcp-option=tag:a,3,10.77.0.7", ""),
        ["provide from arguments"] = (
            """{"provide":[{"option":"dhcp-client-identifier","fromArg":"K8S_POD_NAME"}]}""", "--dhcp-host=id:web-0,10.77.0.33", "IgnoreUnknown=1;K8S_POD_NAME=web-0"),
        ["user class"] = ("""{"provide":[{"option":"77","value":"gold"}]}""", "--dhcp-userclass=set:g,gold --dhcp-option=tag:g,3,10.77.0.8", ""),
        ["option that is none"] = ("""{"provide":[{"option":"nonsense","value":"x"}]}""", "", ""),
        ["option that is too large"] = ("""{"request":[{"option":"300"}]}""", "", ""),
    };

    public static TheoryData<string> Cases => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Result_IsTheReferences_WhoeversPluginAndDaemonItIs(string name)
    {
        var (ipam, server, args) = s_cases[name];
        await using var node = await DhcpNode.StartAsync(server);
        await node.AddPodAsync("pod1");
        await node.StartReferenceAsync();
        await node.StartDaemonAsync();
        var config = JsonNode.Parse(ipam)!.AsObject();

        string? expected = null;
        foreach (var (plugin, daemon) in ((string, string)[])
        [
            (NodeSandbox.ReferenceBin, DhcpNode.ReferenceSocket), (NodeSandbox.BuiltInBin, DhcpNode.OurSocket),
            (NodeSandbox.ReferenceBin, DhcpNode.OurSocket), (NodeSandbox.BuiltInBin, DhcpNode.ReferenceSocket),
        ])
        {
            var answer = await node.CallAsync(plugin, "ADD", daemon, "pod1", config, args);
            string outcome = answer.Succeeded ? answer.Json.ToJsonString() : answer.ErrorMessage;
            expected ??= outcome;
            Assert.Equal(expected, outcome);
            if (answer.Succeeded)
            {
                Assert.Single(node.Leases);
                (await node.CallAsync(plugin, "CHECK", daemon, "pod1", config, args, answer.Json)).MustSucceed();
            }

            (await node.CallAsync(plugin, "DEL", daemon, "pod1", config, args)).MustSucceed();
            // The reference's daemon sends RELEASE from 0.0.0.0, which Linux takes for a mistake: its server never hears of it.
            if (answer.Succeeded && daemon == DhcpNode.OurSocket)
            {
                await DhcpNode.UntilAsync(() => node.Leases.Count == 0, "the server has seen the release");
            }
        }
    }

    [Fact]
    public async Task NoServer_IsTheReferencesError()
    {
        await using var node = await DhcpNode.StartAsync();
        await node.Sandbox.AddPodAsync("pod1");
        await node.Sandbox.ShellAsync("ip link add h1 type veth peer name eth0 netns pod1; ip link set h1 up");
        await node.StartDaemonAsync(resendTimeout: "2s");
        foreach (string plugin in (string[])[NodeSandbox.ReferenceBin, NodeSandbox.BuiltInBin])
        {
            Assert.Equal("error calling DHCP.Allocate: no more tries", (await node.CallAsync(plugin, "ADD", DhcpNode.OurSocket, "pod1", [])).MustFail().ErrorMessage);
        }
    }
}
