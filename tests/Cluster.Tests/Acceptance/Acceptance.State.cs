using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Acceptance;

// What is on the node, and what becomes of it.
public sealed partial class Acceptance
{
    private const string Stacked = """
        {"cniVersion": "1.0.0", "name": "stacked", "plugins": [
          {"type": "bridge", "bridge": "br-stacked", "ipam": {"type": "host-local", "subnet": "10.78.0.0/24", "routes": [{"dst": "192.0.2.0/24"}]}},
          {"type": "tuning", "mtu": 1400}, {"type": "bandwidth", "ingressRate": 8000000, "ingressBurst": 800000, "egressRate": 8000000, "egressBurst": 800000}, {"type": "sbr"}]}
        """;

    [Fact]
    public Task A04_PodsComeAndGo_WhileDaemonAndApiServerAreKilled_NothingLeaks() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await test.DefineAsync("wire", Networks.Ptp("wire", "10.62.0.0/24"));
        await test.DefineAsync("stacked", Stacked);
        await using var daemon = await NodeDaemon.StartAsync(cluster);
        // The first pod leaves what all pods share: bridges and chains.
        await test.RunAsync(new PodManifest("first") { Networks = "blue, wire, stacked" });
        await test.DeleteAsync("first");
        await test.NothingIsLeftAsync();
        var before = "";
        // A runtime takes a pod's namespace away when DEL has ended, and the journal with it.
        await Eventually.HoldsAsync("the node has come to rest", async () =>
            (await test.Node.ShellAsync("ls /run/netns | grep -c ^cni- || true")).Trim() == (await test.Node.ShellAsync("find /var/lib/cni/multinet/journal -type f | wc -l")).Trim()
            && (before = await StateAsync(test.Node)) == await StateAsync(test.Node));

        for (var wave = 0; wave < 2; wave++)
        {
            string[] names = [.. Enumerable.Range(0, 10).Select(i => $"wave-{wave}-{i}")];
            await test.Kubectl.ApplyAsync([.. names.Select(n => new PodManifest(n) { Networks = "blue, wire, stacked" }.ToJson(test.Namespace))]);
            await daemon.KillAsync();
            if (wave == 1)
            {
                await cluster.KillAsync("kube-apiserver");
                await cluster.RestartAsync("kube-apiserver");
            }

            await daemon.StartAgainAsync();
            await test.ReadyAsync(names);
            Assert.All(await test.Kubectl.ListAsync("pods", test.Namespace, "--field-selector", "status.phase=Running"), p => Assert.Equal(0, p["status"]!["containerStatuses"]![0]!["restartCount"]!.GetValue<int>()));
            await test.Kubectl.RunAsync("delete", "pods", "--all", "-n", test.Namespace, "--wait=false");
            await daemon.KillAsync();
            await daemon.StartAgainAsync();
            await test.NothingIsLeftAsync();
        }

        var after = "";
        await Eventually.HoldsAsync("the node is as before", async () => (after = await StateAsync(test.Node)) == before, () => $"Before:\n{before}\nAfter:\n{after}");
    });

    [Fact]
    public Task A12_GcWithHalfOfThePodsValid_ReleasesTheOthers_OfEveryKindOfNetwork() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await test.DefineAsync("wire", Networks.Ptp("wire", "10.62.0.0/24"));
        await test.DefineAsync("taps", """{"cniVersion": "1.0.0", "name": "taps", "type": "tap", "ipam": {"type": "host-local", "subnet": "10.63.0.0/24"}}""");
        await test.DefineAsync("stacked", Stacked);
        await test.RunAsync(new PodManifest("valid") { Networks = "blue, wire, taps, stacked" }, new PodManifest("lost") { Networks = "blue, wire, taps, stacked" });
        var before = await test.ExecAsync("valid", "ip -4 address show; ip rule");
        var lost = (await test.FindSandboxAsync("lost"))!["containerId"]!.GetValue<string>();

        // containerd 1.6 does not call GC yet.
        var sandboxes = JsonNode.Parse((await test.Node.RunAsync(["/opt/cni/bin/multinet", "status", "-o", "json"])).Output)!["sandboxes"]!.AsArray();
        var config = JsonNode.Parse(test.Node.Read(Configuration))!["plugins"]![0]!;
        config["cniVersion"] = "1.1.0";
        config["name"] = "multinet";
        config["cni.dev/valid-attachments"] = new JsonArray([.. sandboxes
            .Select(s => s!["containerId"]!.GetValue<string>()).Where(c => c != lost).Select(c => new JsonObject { ["containerID"] = c, ["ifname"] = "eth0" })]);
        (await test.Node.RunAsync(["env", "CNI_COMMAND=GC", "CNI_PATH=/opt/cni/bin", "/opt/cni/bin/multinet"], config.ToJsonString())).MustSucceed("GC");

        Assert.Null(await test.FindSandboxAsync("lost"));
        Assert.Single((await test.ExecAsync("lost", "ip -o link")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.All((string[])["blue", "wire", "taps", "stacked"], n => Assert.Single(test.Node.AddressesOf(n)));
        Assert.Equal(before, await test.ExecAsync("valid", "ip -4 address show; ip rule"));
        (await test.Node.RunAsync(["/opt/cni/bin/multinet", "check", "--pod", $"{test.Namespace}/valid"])).MustSucceed("CHECK of what is valid");
    });

    [Fact]
    public Task A13_Check_NoticesAMissingInterface_AWrongAddress_AMissingRoute_AndRepairs() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("stacked", Stacked);
        (string Pod, string Damage)[] pods =
        [
            ("link", "ip link delete net1"),
            ("address", "ip address flush dev net1; ip address add 10.78.0.250/24 dev net1"),
            ("route", "ip route delete 192.0.2.0/24 table 100"),
        ];
        await test.RunAsync([.. pods.Select(p => new PodManifest(p.Pod) { Networks = "stacked" }), new PodManifest("whole") { Networks = "stacked" }]);

        foreach (var (pod, damage) in pods)
        {
            await test.InNamespaceAsync(pod, damage);
            var found = await test.Node.RunAsync(["/opt/cni/bin/multinet", "check", "--pod", $"{test.Namespace}/{pod}", "-o", "json"]);
            Assert.Equal(1, found.ExitCode);
            var drift = Assert.Single(JsonNode.Parse(found.Output)!["sandboxes"]!.AsArray().Single()!["drift"]!.AsArray())!;
            Assert.Equal($"net1 {test.Namespace}/stacked", $"{drift["interface"]} {drift["network"]}");

            await test.Node.RunAsync(["/opt/cni/bin/multinet", "check", "--repair", "--pod", $"{test.Namespace}/{pod}"]);
            (await test.Node.RunAsync(["/opt/cni/bin/multinet", "check", "--pod", $"{test.Namespace}/{pod}"])).MustSucceed($"CHECK of {pod} after its repair");
            await test.StatusAsync(pod, "eth0=cluster-network", $"net1={test.Namespace}/stacked");
        }

        (await test.Node.RunAsync(["/opt/cni/bin/multinet", "check", "--pod", $"{test.Namespace}/whole"])).MustSucceed("CHECK of what nobody has touched");
    });

    [Fact]
    public Task A20_AddIsKilled_DelReleasesIt_AndTheNextOneAttachesThePod() => cluster.TestAsync(async test =>
    {
        // Kills the process that has started it, once.
        await test.Node.AddPluginAsync("kills-once", """
            #!/bin/sh
            case $CNI_COMMAND in
              ADD) [ -e /run/kills-once ] || { echo "$CNI_CONTAINERID" >/run/kills-once; kill -9 $PPID; exit 1; }
                   exec jq .prevResult ;;
            esac
            """);
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await test.DefineAsync("deadly", """
            {"cniVersion": "1.0.0", "name": "deadly", "plugins": [
              {"type": "bridge", "bridge": "br-deadly", "ipam": {"type": "host-local", "subnet": "10.77.0.0/24"}}, {"type": "kills-once"}]}
            """);

        await test.Kubectl.ApplyAsync(new PodManifest("survivor") { Networks = "blue, deadly" }.ToJson(test.Namespace));
        await test.EventAsync("survivor", "failed to setup network");
        await test.NudgeAsync("survivor");
        await test.ReadyAsync("survivor");

        var killed = test.Node.Read("/run/kills-once").Trim();
        Assert.NotEqual(killed, (await test.FindSandboxAsync("survivor"))!["containerId"]!.GetValue<string>());
        var seen = await test.ExecAsync("survivor", "ip -o -4 address show");
        Assert.Matches(@"net2\s+inet 10\.77\.", seen);
        await Eventually.HoldsAsync("nothing is left of the sandbox whose ADD was killed", async () =>
            (await test.Node.ShellAsync($"grep -rl {killed} /var/lib/cni /run/cni || true")).Length == 0);
        Assert.Single(test.Node.AddressesOf("blue"));
        Assert.Single(test.Node.AddressesOf("deadly"));
        Assert.Single((await test.Node.ShellAsync("ip -o link show master br-deadly")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    });

    // Counters and what the kernel is still ending are left out.
    private static Task<string> StateAsync(Node node) => node.ShellAsync("""
        {
          ip -o link | sed 's/^[0-9]*: \([^:@]*\).*/link \1/'
          ip -o address | grep -v ' fe80:' | sed 's/^[0-9]*: */address /; s/ *\\.*//'
          ip rule
          iptables-save | grep '^-A' | grep -v KUBE
          find /var/lib/cni /run/cni -type f ! -path '*/locks/*' ! -name lock ! -name 'last_reserved_ip*'
          ls /run/netns
        } | sort
        """);
}
