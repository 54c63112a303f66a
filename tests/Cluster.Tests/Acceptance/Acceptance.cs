using System.Text;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Acceptance;

/// <summary>The acceptance scenarios that need a cluster. docs/acceptance.md has all of them, and says which test shows which.</summary>
[Collection(ClusterCollection.Name)]
public sealed partial class Acceptance(ClusterUnderTest cluster)
{
    [Fact]
    public Task A01_DelWithTheDaemonDown_LeavesNothing() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await using (await NodeDaemon.StartAsync(cluster))
        {
            await test.RunAsync(new PodManifest("orphaned") { Networks = "blue" });
        }

        await test.DeleteAsync("orphaned");
        await test.NothingIsLeftAsync();
    });

    [Fact]
    public Task A02_DelOfAPluginFailsOnce_AndThePodIsDeletedByForce_ItIsRepeatedUntilTheAddressIsFree() => cluster.TestAsync(async test =>
    {
        // Fails the first DEL, and says each of them.
        await test.Node.ShellAsync("""
            cat >/opt/cni/bin/fails-once <<'END'
            #!/bin/sh
            case $CNI_COMMAND in
              ADD) exec jq .prevResult ;;
              DEL) echo "DEL $CNI_CONTAINERID" >>/run/fails-once.log
                   [ "$(grep -c "$CNI_CONTAINERID" /run/fails-once.log)" -gt 1 ] || { echo '{"cniVersion": "1.0.0", "code": 100, "msg": "not this time"}'; exit 1; } ;;
            esac
            END
            chmod 755 /opt/cni/bin/fails-once
            """);
        await test.DefineAsync("flaky", """
            {"cniVersion": "1.0.0", "name": "flaky", "plugins": [
              {"type": "bridge", "bridge": "br-flaky", "ipam": {"type": "host-local", "subnet": "10.68.0.0/24"}}, {"type": "fails-once"}]}
            """);
        await test.RunAsync(new PodManifest("forced") { Networks = "flaky" });

        await test.Kubectl.RunAsync("delete", "pod", "forced", "-n", test.Namespace, "--force", "--grace-period=0");
        await test.NothingIsLeftAsync();

        Assert.True(test.Node.Read("/run/fails-once.log").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length >= 2);
        Assert.DoesNotContain(test.Node.Files("/var/lib/cni/networks/flaky"), f => Path.GetFileName(f).StartsWith("10.68.", StringComparison.Ordinal));
    });

    [Theory]
    [InlineData("rm")]
    [InlineData("truncate -s 40")]
    public Task A03_JournalIsMissingOrTruncated_DelReleasesWhatTheCacheSays(string damage) => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await test.RunAsync(new PodManifest("damaged") { Networks = "blue" });
        var journal = (await test.Node.ShellAsync($"grep -l '\"{test.Namespace}\"' /var/lib/cni/multinet/journal/*")).Trim();

        await test.Node.ShellAsync($"{damage} {journal}");
        await test.DeleteAsync("damaged");

        await Eventually.HoldsAsync("the addresses are free", async () =>
            (await test.Node.ShellAsync($"grep -l {Path.GetFileName(journal).Split('@')[0]} -r /var/lib/cni/networks /var/lib/cni/multus/results || true")).Length == 0);
        await test.NothingIsLeftAsync();
    });

    [Fact]
    public Task A05_DefaultRouteOfAFurtherNetwork_KernelAndStatusAgree() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", """
            {"cniVersion": "1.0.0", "name": "blue", "type": "bridge", "bridge": "br-blue", "isGateway": true,
             "ipam": {"type": "host-local", "subnet": "10.61.0.0/24"}}
            """);
        await test.RunAsync(new PodManifest("routed") { Networks = """[{"name": "blue", "default-route": ["10.61.0.1"]}]""" });

        var routes = await test.ExecAsync("routed", "ip route");
        Assert.Contains("default via 10.61.0.1 dev net1", routes, StringComparison.Ordinal);
        Assert.Single(routes.Split('\n'), l => l.StartsWith("default", StringComparison.Ordinal));
        var status = NetworkStatus.Of(await test.PodAsync("routed"));
        Assert.Null(status[0]["gateway"]);
        Assert.Equal("10.61.0.1", status[1]["gateway"]![0]!.GetValue<string>());
    });

    [Fact]
    public Task A06_DaemonIsKilledAgainAndAgainWhilePodsStart_NoPodIsWithoutItsNetworks() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.67.0.0/16"));
        await test.DefineAsync("wire", Networks.Ptp("wire", "10.62.0.0/16"));
        await using var daemon = await NodeDaemon.StartAsync(cluster);
        // The container ends at once where it has not all its networks, and does not get ready.
        var pods = Enumerable.Range(1, 20).Select(i => new PodManifest($"start-{i}")
        {
            Networks = "blue, wire",
            Command = ["sh", "-c", "for i in eth0 net1 net2; do ip -o -4 address show dev $i | busybox grep -q inet || exit 17; done; trap 'exit 0' TERM; while :; do sleep 60 & wait; done"],
        }).ToArray();

        await test.Kubectl.ApplyAsync([.. pods.Select(p => p.ToJson(test.Namespace))]);
        for (var kill = 0; kill < 4; kill++)
        {
            await daemon.KillAsync();
            await daemon.StartAgainAsync();
        }

        await test.ReadyAsync([.. pods.Select(p => p.Name)]);
        var seen = await test.Kubectl.ListAsync("pods", test.Namespace);
        Assert.All(seen, p => Assert.Equal(0, p["status"]!["containerStatuses"]![0]!["restartCount"]!.GetValue<int>()));
        // What a killed daemon had not written yet, the next one writes.
        await Eventually.HoldsAsync("every pod has its status", async () =>
            (await test.Kubectl.ListAsync("pods", test.Namespace)).All(p => NetworkStatus.Find(p)?.Count == 3));
    });

    [Fact]
    public Task A07_ApiServerIsDown_PodsWaitForIt_AndDelDoesNot() => cluster.TestAsync(async test =>
    {
        const string First = "/etc/kubernetes/manifests/first.json", Second = "/etc/kubernetes/manifests/second.json";
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        test.Node.Write(First, new PodManifest("first") { Networks = "blue" }.ToJson(test.Namespace).ToJsonString());
        await Eventually.HoldsAsync(
            "the first pod runs", async () => (await test.Kubectl.FindAsync("pod", "first-node", test.Namespace))?["status"]?["phase"]?.GetValue<string>() == "Running");

        await cluster.KillAsync("kube-apiserver");
        try
        {
            File.Delete(test.Node.Outside(First));
            await test.NothingIsLeftAsync();
            test.Node.Write(Second, new PodManifest("second") { Networks = "blue" }.ToJson(test.Namespace).ToJsonString());
            await Eventually.HoldsAsync("multinet says why the second pod does not start", () => Task.FromResult(
                test.Node.Read(ClusterUnderTest.Log).Split('\n').Any(l => l.Contains($"{test.Namespace}/second", StringComparison.Ordinal) && l.Contains("API server", StringComparison.Ordinal))));
        }
        finally
        {
            await cluster.RestartAsync("kube-apiserver");
        }

        await Eventually.HoldsAsync(
            "the second pod runs", async () => (await test.Kubectl.FindAsync("pod", "second-node", test.Namespace))?["status"]?["phase"]?.GetValue<string>() == "Running");
        Assert.Contains("net1", await test.ExecAsync("second-node", "ip -o -4 address show"), StringComparison.Ordinal);
        File.Delete(test.Node.Outside(Second));
        await test.NothingIsLeftAsync();
    });

    [Fact]
    public Task A10_HostPortsLeadToEth0Only() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("ported", """
            {"cniVersion": "1.0.0", "name": "ported", "plugins": [
              {"type": "bridge", "bridge": "br-ported", "ipam": {"type": "host-local", "subnet": "10.69.0.0/24"}},
              {"type": "portmap", "capabilities": {"portMappings": true}}]}
            """);
        await test.RunAsync(new PodManifest("server")
        {
            Networks = "ported",
            Command = ["sh", "-c", "while :; do echo hello | nc -l -p 80; done"],
            Ports = [(80, 30083)],
        });

        await test.SaysAsync(30083, "hello");
        var rules = await test.Node.ShellAsync("iptables-save -t nat");
        Assert.Contains("--to-destination 10.244.", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("10.69.0.", rules, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("changed")]
    [InlineData("deleted")]
    public Task A14_DefinitionIsChangedOrDeletedWhileThePodRuns_DelDoesWhatAddHasDone(string what) => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("moving", Networks.Bridge("moving", "10.70.0.0/24"));
        await test.RunAsync(new PodManifest("settled") { Networks = "moving" });

        if (what == "changed")
        {
            await test.DefineAsync("moving", Networks.Ptp("elsewhere", "10.71.0.0/24"));
        }
        else
        {
            await test.Kubectl.RunAsync("delete", "net-attach-def", "moving", "-n", test.Namespace);
        }

        await test.DeleteAsync("settled");
        await test.NothingIsLeftAsync();
        Assert.DoesNotContain("master br-moving", await test.Node.ShellAsync("ip -o link show"), StringComparison.Ordinal);
    });

    [Fact]
    public Task A18_TokenIsRevokedAndReplaced_TheDaemonGoesOnWithTheNewOne() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await using var daemon = await NodeDaemon.StartAsync(cluster);
        var secret = (await test.Kubectl.RunAsync("get", "serviceaccount", "multinetd", "-n", "kube-system", "-o", "jsonpath={.secrets[0].name}")).Trim();
        var token = Encoding.UTF8.GetString(Convert.FromBase64String(await test.Kubectl.RunAsync("get", "secret", secret, "-n", "kube-system", "-o", "jsonpath={.data.token}")));

        await test.Kubectl.RunAsync("delete", "secret", secret, "-n", "kube-system");
        await Eventually.HoldsAsync("the API server does not take the old token any more", async () => (await test.Node.RunAsync(
            [test.Kubectl.Executable, "--kubeconfig=/dev/null", "--server=https://127.0.0.1:6443", "--insecure-skip-tls-verify", $"--token={token}", "get", "--raw", "/version"]))
            .Error.Contains("nauthorized", StringComparison.Ordinal));
        await Eventually.HoldsAsync("there is a new token", async () =>
            await test.Kubectl.RunAsync("get", "serviceaccount", "multinetd", "-n", "kube-system", "-o", "jsonpath={.secrets[0].name}") is { Length: > 0 } name && name.Trim() != secret);
        await cluster.ScriptAsync("install", Repository.Executables);

        var before = await daemon.StatusesWrittenAsync();
        await test.RunAsync(new PodManifest("after") { Networks = "blue" });
        await Eventually.HoldsAsync("the daemon has written the pod's status", async () =>
            await daemon.StatusesWrittenAsync() > before && NetworkStatus.Find(await test.PodAsync("after"))?.Count == 2);
    });

    [Fact]
    public Task A22_ConfigurationWithoutCniVersion_IsAttached() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("old", """{"name": "old", "type": "bridge", "bridge": "br-old", "ipam": {"type": "host-local", "subnet": "10.72.0.0/24"}}""");
        await test.RunAsync(new PodManifest("ageless") { Networks = "old" });

        Assert.Matches(@"net1\s+inet 10\.72\.0\.2/24", await test.ExecAsync("ageless", "ip -o -4 address show"));
    });
}
