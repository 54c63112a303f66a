using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Kernel;

namespace MultiNet.EndToEnd.Tests.Meta;

/// <summary>Networks of a running pod come and go, by the published executable, killed at every step.</summary>
public sealed class HotPlugTests
{
    private const string Before = "storage,fast@fast0";

    // One goes, one comes, one is swapped on its interface.
    private const string After = "uplink,storage@fast0";

    /// <summary>The kinds of steps that sync takes.</summary>
    public static TheoryData<string> Steps =>
    [
        "sendto,sendmsg", "write,pwrite64", "rename,renameat,renameat2", "unlink,unlinkat,rmdir", "mkdir,mkdirat", "symlink,symlinkat,link", "fsync", "execve", "clone,clone3",
    ];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task TheNextSyncCompletes_WhatWasKilledAtEveryStep_AndDelLeavesNothing(string calls)
    {
        await using var node = await StartAsync();
        var before = await KernelState.TakeAsync(node.Node);
        for (var n = 1; ; n++)
        {
            node.Annotate("pod1", Before);
            (await node.AddAsync("pod1")).MustSucceed();
            node.Annotate("pod1", After);
            var killed = (await node.KilledCommandLineAsync(calls, n, "sync", "--pod", "default/pod1")).ExitCode != 0;
            var when = $"after sync was killed at {calls} no. {n}";
            (await node.CommandLineAsync("sync", "--pod", "default/pod1")).MustSucceed($"{when}, and sync");
            Assert.Equal(["eth0", "fast0", "lo", "net1"], await LinksAsync(node));
            Assert.Equal(["cluster-net eth0", "default/uplink net1", "default/storage fast0"], Status(node).OrderBy(s => s.Contains("fast0", StringComparison.Ordinal)));
            (await node.CheckAsync("pod1")).MustSucceed();
            (await node.DelAsync("pod1")).MustSucceed();
            await Leaks.MustBeNoneAsync(node.Node, before, $"{when}, sync and DEL");
            if (!killed)
            {
                Assert.True(n > 1, $"no step of the kind {calls}: nothing was tested");
                return;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Del_LeavesNothing_WhenSyncWasKilledAtEveryStep(string calls)
    {
        await using var node = await StartAsync();
        var before = await KernelState.TakeAsync(node.Node);
        for (var n = 1; ; n++)
        {
            node.Annotate("pod1", Before);
            (await node.AddAsync("pod1")).MustSucceed();
            node.Annotate("pod1", After);
            var killed = (await node.KilledCommandLineAsync(calls, n, "sync", "--pod", "default/pod1")).ExitCode != 0;
            (await node.DelAsync("pod1")).MustSucceed();
            await Leaks.MustBeNoneAsync(node.Node, before, $"after sync was killed at {calls} no. {n}, and DEL");
            if (!killed)
            {
                Assert.True(n > 1, $"no step of the kind {calls}: nothing was tested");
                return;
            }
        }
    }

    [Fact]
    public async Task Sync_TellsPrograms_WhatItDid()
    {
        await using var node = await StartAsync();
        node.Annotate("pod1", Before);
        (await node.AddAsync("pod1")).MustSucceed();
        node.Annotate("pod1", After);
        var answer = JsonNode.Parse((await node.CommandLineAsync("sync", "--all", "-o", "json")).MustSucceed("sync").Output)!["sandboxes"]![0]!;
        Assert.Equal("sandbox-of-pod1", (string?)answer["containerId"]);
        Assert.Equal("pod1", (string?)answer["pod"]!["name"]);
        Assert.Equal(["net1 default/uplink", "fast0 default/storage"], answer["attached"]!.AsArray().Select(a => $"{a!["interface"]} {a["network"]}"));
        Assert.Equal(["net1 default/storage", "fast0 default/fast"], answer["detached"]!.AsArray().Select(a => $"{a!["interface"]} {a["network"]}"));
        Assert.Equal(1, (int?)answer["kept"]);
    }

    [Theory]
    [InlineData(2, "sync")]
    [InlineData(2, "sync", "--all", "--pod", "default/pod1")]
    [InlineData(1, "sync", "--pod", "default/nobody")]
    [InlineData(1, "sync", "--container", "nobody")]
    [InlineData(0, "sync", "--all")]
    public async Task Sync_TellsWhatIsWrong_ByItsExitCode(int code, params string[] arguments)
    {
        await using var node = await StartAsync();
        Assert.Equal(code, (await node.CommandLineAsync(arguments)).ExitCode);
    }

    private static async Task<string[]> LinksAsync(MultiNetNode node) =>
        [.. (await node.Node.PodShellAsync("pod1", "ip -o link | awk -F': ' '{print $2}' | sed 's/@.*//'")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Status(MultiNetNode node) =>
        JsonNode.Parse(node.Node.Read($"{MultiNetNode.Manifests}/network-status/default_pod1.json"))!.AsArray().Select(s => $"{s!["name"]} {s["interface"]}");

    private static async Task<MultiNetNode> StartAsync()
    {
        var node = await MultiNetNode.StartAsync();
        ThreeNetworks.Define(node);
        await node.DefinePodAsync("pod1", "storage,fast,uplink");
        (await node.AddAsync("pod1")).MustSucceed();
        (await node.DelAsync("pod1")).MustSucceed();
        return node;
    }
}
