using MultiNet.EndToEnd.Tests.Kernel;

namespace MultiNet.EndToEnd.Tests.Daemon;

/// <summary>The published executables together: <c>multinet</c> with the node daemon, and with one that is killed.</summary>
public sealed class DaemonTests
{
    private const string Expected = "eth0=cluster-net net1=default/storage net2=default/uplink";

    [Fact]
    public async Task Add_WithTheDaemon_MakesNoRequestOfItsOwn_AndTheStatusIsWritten()
    {
        await using var node = await DaemonNode.StartAsync();
        await node.AddPodAsync("pod1");
        await node.StartDaemonAsync();
        await node.WarmUpAsync();
        var before = await KernelState.TakeAsync(node.Node.Node);

        (await node.Node.AddAsync("pod1")).MustSucceed();

        Assert.Empty(node.OwnRequests);
        Assert.Equal(Expected, node.Status("pod1"));
        (await node.Node.DelAsync("pod1")).MustSucceed();
        Assert.Empty(node.OwnRequests);
        await Leaks.MustBeNoneAsync(node.Node.Node, before, shared: "br-");
        var metrics = await node.Node.Node.ShellAsync("busybox wget -q -O - http://127.0.0.1:9453/metrics");
        Assert.Contains("multinet_attach_duration_seconds_count{network=\"default/storage\",plugin=\"bridge,host-local\"} 2", metrics);
        Assert.Contains("multinet_detach_duration_seconds_count{network=\"default/storage\",plugin=\"bridge,host-local\"} 2", metrics);
    }

    [Fact]
    public async Task Add_WithAPodThatIsWrong_IsTold_InAnEventAndByTheErrorsCode()
    {
        await using var node = await DaemonNode.StartAsync();
        node.Cluster.AddPod("pod1", "uid-of-pod1", "default", ("k8s.v1.cni.cncf.io/networks", "nowhere"));
        await node.Node.Node.AddPodAsync("pod1");
        await node.StartDaemonAsync();

        (await node.Node.AddAsync("pod1")).MustFail();

        Assert.Contains("multinet_errors_total{verb=\"ADD\",code=\"7\"} 1", await node.Node.Node.ShellAsync("busybox wget -q -O - http://127.0.0.1:9453/metrics"));
        for (var i = 0; node.Cluster.Events.IsEmpty && i < 1200; i++)
        {
            await Task.Delay(100);
        }

        Assert.Equal("FailedAttachingNetworks", (string?)node.Cluster.Events.First()["reason"]);
    }

    [Fact]
    public async Task DaemonThatIsKilled_DuringFiftyAdds_TakesTheNetworksFromNobody()
    {
        const int Pods = 50;
        await using var node = await DaemonNode.StartAsync();
        for (var i = 0; i < Pods; i++)
        {
            await node.AddPodAsync($"pod{i}");
        }

        await node.StartDaemonAsync();
        await node.WarmUpAsync();
        var before = await KernelState.TakeAsync(node.Node.Node);
        int begun = 0;
        using var slots = new SemaphoreSlim(6);
        var adds = Enumerable.Range(0, Pods).Select(async i =>
        {
            await slots.WaitAsync();
            try
            {
                if (Interlocked.Increment(ref begun) is 15 or 35)
                {
                    await (begun < 35 ? node.SignalAsync("KILL") : node.StartDaemonAsync());
                }

                return await node.Node.AddAsync($"pod{i}");
            }
            finally
            {
                slots.Release();
            }
        }).ToArray();
        foreach (var add in await Task.WhenAll(adds))
        {
            add.MustSucceed();
        }

        // By the daemon, by multinet itself, or by the next daemon from the journals.
        for (var i = 0; Enumerable.Range(0, Pods).Any(p => node.Status($"pod{p}") != Expected) && i < 1200; i++)
        {
            await Task.Delay(100);
        }

        Assert.All(Enumerable.Range(0, Pods), i => Assert.Equal(Expected, node.Status($"pod{i}")));
        Assert.NotEmpty(node.OwnRequests);
        await node.SignalAsync("KILL");
        for (var i = 0; i < Pods; i++)
        {
            (await node.Node.DelAsync($"pod{i}")).MustSucceed();
        }

        await Leaks.MustBeNoneAsync(node.Node.Node, before, shared: "br-");
    }

    [Fact]
    public async Task Daemon_EndsOnSigterm_AndLeavesTheRuntimesConfigurationAlone()
    {
        await using var node = await DaemonNode.StartAsync();
        await node.AddPodAsync("pod1");
        node.Node.Node.Write("/etc/cni/net.d/00-multinet.conflist", "{}");
        await node.StartDaemonAsync();

        await node.SignalAsync("TERM");
        await node.EndedAsync();

        Assert.Contains("\"message\":\"stopped\"", await node.LogAsync());
        Assert.Equal("{}", await File.ReadAllTextAsync(node.Node.Node.Outside("/etc/cni/net.d/00-multinet.conflist")));
        (await node.Node.AddAsync("pod1")).MustSucceed();
        Assert.Equal(Expected, node.Status("pod1"));
    }
}
