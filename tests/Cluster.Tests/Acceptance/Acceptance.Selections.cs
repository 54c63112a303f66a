using System.Text.Json.Nodes;
using MultiNet.Cluster.Tests.Direct;
using MultiNet.Cluster.Tests.TestBed;

namespace MultiNet.Cluster.Tests.Acceptance;

// What a pod's annotations ask for.
public sealed partial class Acceptance
{
    // tests/EndToEnd.Tests has the others: what each says, and its code.
    private static readonly (string Networks, string Says)[] s_malformed =
    [
        ("[null]", "[0]"),
        ("""[{"name": "blue" """, "line 1"),
        ("""{"name": "blue"}""", "expected a list"),
        (new string('[', 10_000), "nested"),
        ("""[{"name": "blue", "interface": "eth0"}]""", "eth0"),
        ("""[{"name": "blue", "ips": ["10.61.0.9/33"]}]""", "10.61.0.9/33"),
        ("""[{"name": "blue", "mac": "01:00:5e:00:00:01"}]""", "group"),
        ("blue@sixteen-letters-", "15"),
        ("blue, , blue", "empty"),
        ("../../etc", "etc"),
    ];

    [Fact]
    public Task A08_MalformedAnnotations_AreErrorsOfCode7_AndTheEventsSayWhatIsWrong() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await using var daemon = await NodeDaemon.StartAsync(cluster);

        await test.Kubectl.ApplyAsync([.. s_malformed.Select((m, i) => new PodManifest($"malformed-{i}") { Networks = m.Networks }.ToJson(test.Namespace))]);

        for (var i = 0; i < s_malformed.Length; i++)
        {
            // The cluster's network is attached and released around each failure, which has its own events.
            await test.EventAsync($"malformed-{i}", PodManifest.NetworksKey, s_malformed[i].Says);
        }

        Assert.Equal(["7"], await daemon.ErrorCodesAsync("ADD"));
        await test.NothingIsLeftAsync();
        Assert.Empty(test.Node.AddressesOf("blue"));
    });

    [Fact]
    public Task A09_NamespacesAreIsolated_ForTheDefaultNetworkToo() => cluster.TestAsync(async test =>
    {
        const string Isolation = "\"namespaceIsolation\": true, ";
        var elsewhere = $"{test.Namespace}-elsewhere";
        await test.Kubectl.RunAsync("create", "namespace", elsewhere);
        await test.Kubectl.ApplyAsync(NetworkDefinition.Of(elsewhere, "secret", Networks.Bridge("secret", "10.74.0.0/24")));
        await using var pod = await DirectPod.CreateAsync(test, "blue");

        foreach (var annotation in (string[])[PodManifest.NetworksKey, "v1.multus-cni.io/default-network"])
        {
            await test.Kubectl.RunAsync("annotate", "pod", pod.Name, "-n", test.Namespace, "--overwrite", $"{annotation}={elsewhere}/secret");
            var error = JsonNode.Parse((await pod.CallAsync("ADD", keys: Isolation)).Output)!;
            Assert.Equal(7, error["code"]!.GetValue<int>());
            Assert.Contains($"{annotation}: {elsewhere}/secret may not be used by pod {test.Namespace}/{pod.Name}: namespace isolation", error["msg"]!.GetValue<string>(), StringComparison.Ordinal);
            await test.Kubectl.RunAsync("annotate", "pod", pod.Name, "-n", test.Namespace, $"{annotation}-");
        }

        await test.AnnotateAsync(pod.Name, $"blue, {elsewhere}/secret");
        (await pod.CallAsync("ADD", keys: $"{Isolation}\"globalNamespaces\": \"{elsewhere}\", ")).MustSucceed("ADD with a namespace that is for all");
        await test.Kubectl.RunAsync("delete", "namespace", elsewhere, "--wait=false");
    });

    [Fact]
    public Task A11_RequestThatNoPluginOfTheNetworkTakes_IsAnError() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("deaf", Networks.Bridge("deaf", "10.75.0.0/24"));

        await test.Kubectl.ApplyAsync(
            new PodManifest("address") { Networks = """[{"name": "deaf", "ips": ["10.75.0.9/24"]}]""" }.ToJson(test.Namespace),
            new PodManifest("ports") { Networks = """[{"name": "deaf", "portMappings": [{"hostPort": 30090, "containerPort": 80}]}]""" }.ToJson(test.Namespace));

        await test.EventAsync("address", $"{test.Namespace}/deaf", "capability \"ips\"");
        await test.EventAsync("ports", "capability \"portMappings\"");
        Assert.Empty(test.Node.AddressesOf("deaf"));
    });

    [Fact]
    public Task A16_NetworksAreSwapped_AndThePodIsDeletedInTheMiddleOfIt_NothingIsLeft() => cluster.TestAsync(async test =>
    {
        await test.DefineAsync("blue", Networks.Bridge("blue", "10.61.0.0/24"));
        await test.DefineAsync("wire", Networks.Ptp("wire", "10.62.0.0/24"));
        await using var daemon = await NodeDaemon.StartAsync(cluster);
        await test.RunAsync(new PodManifest("web") { Networks = "blue@data0" });

        await test.AnnotateAsync("web", "wire@data0");
        await test.StatusAsync("web", "eth0=cluster-network", $"data0={test.Namespace}/wire");
        Assert.Matches(@"data0\s+inet 10\.62\.", await test.ExecAsync("web", "ip -o -4 address show"));
        Assert.Empty(test.Node.AddressesOf("blue"));

        await test.AnnotateAsync("web", null);
        await test.StatusAsync("web", "eth0=cluster-network");
        Assert.DoesNotContain("data0", await test.ExecAsync("web", "ip -o link"), StringComparison.Ordinal);
        Assert.Empty(test.Node.AddressesOf("wire"));

        await test.AnnotateAsync("web", "blue, wire, blue@data0");
        await test.DeleteAsync("web");
        await test.NothingIsLeftAsync();
        Assert.Empty(test.Node.AddressesOf("blue").Concat(test.Node.AddressesOf("wire")));
    });

    [Fact]
    public Task A21_ResultWithoutInterfaces_IsInTheStatus() => cluster.TestAsync(async test =>
    {
        await test.Node.AddPluginAsync("no-interfaces", """
            #!/bin/sh
            [ "$CNI_COMMAND" != ADD ] || echo '{"cniVersion": "1.0.0", "ips": [{"address": "10.76.0.9/24"}]}'
            """);
        await test.Node.AddPluginAsync("no-result", """
            #!/bin/sh
            [ "$CNI_COMMAND" != ADD ] || echo '{"cniVersion": "1.0.0"}'
            """);
        await test.DefineAsync("bare", """{"cniVersion": "1.0.0", "name": "bare", "type": "no-interfaces"}""");
        await test.DefineAsync("nothing", """{"cniVersion": "1.0.0", "name": "nothing", "type": "no-result"}""");

        await test.RunAsync(new PodManifest("told") { Networks = "bare, nothing" });

        var status = await test.StatusAsync("told", "eth0=cluster-network", $"net1={test.Namespace}/bare", $"net2={test.Namespace}/nothing");
        Assert.Equal("10.76.0.9", status[1]["ips"]!.AsArray().Single()!.GetValue<string>());
    });
}
