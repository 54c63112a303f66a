using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Node;
using MultiNet.EndToEnd.Tests.Runtime;

namespace MultiNet.EndToEnd.Tests.Dhcp;

/// <summary>The daemon as a process: it is ended and killed, and leases live on.</summary>
public sealed class DhcpRestartTests
{
    private static JsonObject Network => JsonNode.Parse("""{"cniVersion":"1.1.0","name":"net","plugins":[{"type":"bridge","bridge":"lan","ipam":{"type":"dhcp"}}]}""")!.AsObject();

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    public async Task Leases_SurviveTheDaemonsEnd_AndAreRenewedAndReleasedByTheNext(string signal)
    {
        await using var node = await DhcpNode.StartAsync();
        await node.StartDaemonAsync();
        var runtime = new ConfListRuntime(node.Sandbox, NodeSandbox.BuiltInBin);
        var attachments = new List<Attachment>();
        foreach (string pod in (string[])["pod1", "pod2"])
        {
            await node.Sandbox.AddPodAsync(pod);
            attachments.Add(new Attachment(pod, NodeSandbox.Netns(pod)));
            (await runtime.AddAsync(Network, attachments[^1])).MustSucceed();
            await node.Sandbox.PodShellAsync(pod, "ping -n -c 1 -w 30 10.77.0.1");
        }

        await node.KillDaemonAsync(signal);
        node.AgeLeases(1860);
        await node.StartDaemonAsync();
        await DhcpNode.UntilAsync(() => node.DaemonLog.Split(" renewed from 10.77.0.1").Length == 3, "both leases are renewed");
        foreach (var attachment in attachments)
        {
            (await runtime.CheckAsync(Network, attachment)).MustSucceed();
        }

        (await runtime.DelAsync(Network, attachments[0])).MustSucceed();
        await DhcpNode.UntilAsync(() => node.Leases.Count == 1, "the server has seen the release");

        // The daemon is away: DEL succeeds, and the pod is gone before the next daemon comes.
        await node.KillDaemonAsync(signal);
        (await runtime.DelAsync(Network, attachments[1])).MustSucceed();
        (await runtime.DelAsync(Network, attachments[1])).MustSucceed();
        await node.StartDaemonAsync();
        await DhcpNode.UntilAsync(() => node.Sandbox.Files("/var/lib/cni/multinet/dhcp") is ["lock"], "nothing is left on disk");
    }

    [Fact]
    public async Task Daemon_EndsCleanly_OnSigterm()
    {
        await using var node = await DhcpNode.StartAsync();
        await node.StartDaemonAsync("--pidfile /run/dhcp.pid");
        Assert.Contains("multinet dhcp: listening, 0 leases", node.DaemonLog, StringComparison.Ordinal);
        await node.KillDaemonAsync("TERM");
        Assert.Contains("multinet dhcp: stopped", node.DaemonLog, StringComparison.Ordinal);
        await node.Sandbox.ShellAsync($"! [ -e /run/dhcp.pid ]; ! [ -e {DhcpNode.OurSocket} ]");
    }

    [Fact]
    public async Task ReferencesCommandLine_IsUnderstood()
    {
        await using var node = await DhcpNode.StartAsync();
        await node.Sandbox.ShellAsync($"""
            {NodeSandbox.BuiltInBin}/dhcp daemon -socketpath /run/x.sock -timeout=2s -resendmax 10s -resendtimeout 1m30s -broadcast=true >/run/x.log 2>&1 </dev/null &
            timeout 60 sh -c 'until [ -S /run/x.sock ]; do sleep 0.05; done'
            """);
        await node.AddPodAsync("pod1");
        (await node.CallAsync(NodeSandbox.ReferenceBin, "ADD", "/run/x.sock", "pod1", [])).MustSucceed();
    }

    [Fact]
    public async Task Pod_OfTheMetaPlugin_GivesItsLeaseBack()
    {
        await using var node = await DhcpNode.StartAsync();
        await node.StartDaemonAsync();
        node.Sandbox.Write("/run/.node/example/pod.yaml", """
            apiVersion: k8s.cni.cncf.io/v1
            kind: NetworkAttachmentDefinition
            metadata:
              name: lan
            spec:
              config: '{"cniVersion": "1.1.0", "name": "lan", "type": "bridge", "bridge": "lan", "ipam": {"type": "dhcp"}}'
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: shell
              annotations:
                k8s.v1.cni.cncf.io/networks: lan
            spec:
              containers: [{name: shell, image: busybox}]
            """);
        var run = (await node.Sandbox.RunAsync(["/opt/cni/bin/multinet", "run", "/run/.node/example", "--host"])).MustSucceed("run");
        Assert.Contains("10.77.0.", run.Output, StringComparison.Ordinal);
        Assert.Contains("DHCPACK(lan)", node.ServerLog, StringComparison.Ordinal);
        await DhcpNode.UntilAsync(() => node.Leases.Count == 0, "the server has seen the release");
    }
}
