using MultiNet.EndToEnd.Tests.Kernel;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Containerd;

/// <summary>A container runtime as the caller: containerd's own CNI code gives a container its network, ADD and DEL.</summary>
public sealed class ContainerdTests
{
    private const string Bridges = """
        {"cniVersion": "1.0.0", "name": "default-net", "type": "bridge", "bridge": "cni0", "isGateway": true,
         "ipam": {"type": "host-local", "subnet": "10.88.0.0/16", "routes": [{"dst": "0.0.0.0/0"}]}},
        {"cniVersion": "1.0.0", "name": "second-net", "type": "bridge", "bridge": "br-second",
         "ipam": {"type": "host-local", "subnet": "10.99.0.0/24"}}
        """;

    [Fact]
    public async Task Container_HasTheInterfacesOfAllDelegates_WhenCtrRunsIt()
    {
        await using var node = await NodeSandbox.StartAsync();
        node.Write("/etc/cni/net.d/00-multinet.conflist", $$"""
            {"cniVersion": "1.0.0", "name": "multinet", "plugins": [{"type": "multinet", "delegates": [{{Bridges}}]}]}
            """);
        var containerd = await ContainerdDaemon.StartAsync(node);

        // The first run leaves what is shared and stays (bridges); the second must then leave nothing.
        (await containerd.RunAsync("warm-up", "/bin/busybox", "true")).MustSucceed("the first container");
        var before = await KernelState.TakeAsync(node);
        var run = (await containerd.RunAsync("probe", "/bin/sh", "-c", "ip -o -4 address; ip route; for i in 1 2 3 4 5; do ping -c 1 -W 5 10.88.0.1 && break; done")).MustSucceed("the container");

        Assert.Matches(@"eth0\s+inet 10\.88\.0\.3/16", run.Output);
        Assert.Matches(@"net1\s+inet 10\.99\.0\.3/24", run.Output);
        Assert.Contains("default via 10.88.0.1 dev eth0", run.Output, StringComparison.Ordinal);
        Assert.Contains(" 0% packet loss", run.Output, StringComparison.Ordinal);
        await Leaks.MustBeNoneAsync(node, before);
    }

    [Fact]
    public async Task Container_IsNotStarted_WhenAnAttachmentFails()
    {
        await using var node = await NodeSandbox.StartAsync();
        node.Write("/etc/cni/net.d/00-multinet.conflist", """
            {"cniVersion": "1.0.0", "name": "multinet", "plugins": [{"type": "multinet", "delegates": [
              {"cniVersion": "1.0.0", "name": "default-net", "type": "bridge", "ipam": {"type": "host-local", "subnet": "10.88.0.0/31"}}]}]}
            """);
        var containerd = await ContainerdDaemon.StartAsync(node);

        var run = await containerd.RunAsync("probe", "/bin/busybox", "echo", "started");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("10.88.0.0/31", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("started", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(node.Files("/var/lib/cni/multinet"), f => !f.Contains("lock", StringComparison.Ordinal));
    }
}
