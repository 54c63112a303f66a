using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Kernel;

namespace MultiNet.EndToEnd.Tests.Meta;

/// <summary>A node after a reboot, by the published executable: what was in memory is gone, the disk is as it was.</summary>
public sealed class ReconcileTests
{
    // Another boot as far as any program of the node can tell.
    private const string Reboot = """
        for pod in pod1 pod2; do ip netns delete $pod; done
        for link in cni0 br-storage br-fast; do ip link delete $link; done
        rm -rf /run/cni /run/netns/*
        echo 11111111-2222-3333-4444-555555555555 > /run/boot_id
        mount --bind /run/boot_id /proc/sys/kernel/random/boot_id
        """;

    [Fact]
    public async Task AfterAReboot_NothingIsLeft_AndNewPodsGetTheFirstAddresses()
    {
        await using var node = await StartAsync();
        await node.Node.ShellAsync(Reboot);
        node.Node.Pods.Clear();
        var look = JsonNode.Parse((await node.CommandLineAsync("reconcile", "--dry-run", "-o", "json")).MustSucceed("reconcile --dry-run").Output)!;
        Assert.Equal(2, (int?)look["counts"]!["releasedSandboxes"]);
        Assert.Equal(2, node.Node.Files("/var/lib/cni/multinet/journal").Count);

        var answer = JsonNode.Parse((await node.CommandLineAsync("reconcile", "-o", "json")).MustSucceed("reconcile").Output)!;
        Assert.Equal(2, (int?)answer["counts"]!["releasedSandboxes"]);
        Assert.Equal(8, (int?)answer["counts"]!["releasedAttachments"]);
        Assert.All(answer["released"]!.AsArray(), r => Assert.Contains("started anew", (string?)r!["reason"]));
        Assert.Empty(node.Node.Files("/var/lib/cni/multinet/journal"));
        Assert.Empty(node.Node.Files("/var/lib/cni/multus/results"));
        Assert.DoesNotContain(node.Node.Files("/var/lib/cni/networks"), f => char.IsAsciiDigit(Path.GetFileName(f)[0]));
        Assert.DoesNotContain("CNI-", await node.Node.ShellAsync("iptables-save"), StringComparison.Ordinal);

        // The pods come back under the same names with new sandboxes.
        await node.DefinePodAsync("pod1", ThreeNetworks.Annotation);
        (await node.AddAsync("pod1")).MustSucceed();
        (await node.CheckAsync("pod1")).MustSucceed();
        Assert.Equal(0, (int?)JsonNode.Parse((await node.CommandLineAsync("reconcile", "-o", "json")).MustSucceed("reconcile").Output)!["counts"]!["releasedSandboxes"]);
        (await node.CheckAsync("pod1")).MustSucceed();
    }

    [Theory]
    [InlineData("sendto,sendmsg")]
    [InlineData("unlink,unlinkat,rmdir")]
    [InlineData("write,pwrite64")]
    [InlineData("execve")]
    public async Task TheNextReconcile_Completes_WhatWasKilledAtEveryStep(string calls)
    {
        await using var node = await StartAsync();
        var before = await KernelState.TakeAsync(node.Node);
        for (var n = 1; ; n++)
        {
            await node.DefinePodAsync("pod3", ThreeNetworks.Annotation);
            (await node.AddAsync("pod3")).MustSucceed();
            await node.DeletePodAsync("pod3");
            var killed = (await node.KilledCommandLineAsync(calls, n, "reconcile")).ExitCode != 0;
            (await node.CommandLineAsync("reconcile")).MustSucceed("reconcile");
            File.Delete(node.Node.Outside($"{MultiNetNode.Manifests}/pod-pod3.yaml"));
            await Leaks.MustBeNoneAsync(node.Node, before, $"after reconcile was killed at {calls} no. {n}, and reconcile", onlyMore: true);
            (await node.CheckAsync("pod1")).MustSucceed();
            if (!killed)
            {
                Assert.True(n > 1, $"no step of the kind {calls}: nothing was tested");
                return;
            }
        }
    }

    private static async Task<MultiNetNode> StartAsync()
    {
        var node = await MultiNetNode.StartAsync();
        ThreeNetworks.Define(node);
        foreach (string pod in new[] { "pod1", "pod2" })
        {
            await node.DefinePodAsync(pod, ThreeNetworks.Annotation);
            (await node.AddAsync(pod)).MustSucceed();
        }
        return node;
    }
}
