using MultiNet.EndToEnd.Tests.Differential;
using MultiNet.EndToEnd.Tests.Kernel;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Meta;

/// <summary>The reference plugins as MultiNet's delegates, executed as the specification says.</summary>
public sealed class ExternalPluginsTests
{
    private const string External = $$"""{"builtin": "off", "binDir": "{{NodeSandbox.ReferenceBin}}"}""";

    [Fact]
    public async Task Pod_IsTheSame_WithBuiltInAndWithExternalPlugins()
    {
        await using var builtIn = await StartAsync("""{"builtin": "first"}""");
        await using var external = await StartAsync(External);

        var builtInResult = (await builtIn.AddAsync("pod1")).MustSucceed();
        var externalResult = (await external.AddAsync("pod1")).MustSucceed();
        var (expected, actual) = await Comparison.MustBecomeEqualAsync("after ADD", external.Node, builtIn.Node, "02:00:00:00:72:01");
        Assert.Equal(
            CanonicalJson.Leaves(externalResult.Json, "").Select(expected.Tokens.Replace),
            CanonicalJson.Leaves(builtInResult.Json, "").Select(actual.Tokens.Replace));

        (await builtIn.CheckAsync("pod1")).MustSucceed();
        (await builtIn.DelAsync("pod1")).MustSucceed();
        (await external.DelAsync("pod1")).MustSucceed();
        await Comparison.MustBecomeEqualAsync("after DEL", external.Node, builtIn.Node, "");
    }

    [Fact]
    public async Task Pod_IsAttachedAndReleased_ByThePluginsOfDebian12()
    {
        await using var node = await StartAsync($$"""{"builtin": "off", "binDir": "{{NodeSandbox.BookwormBin}}"}""");
        (await node.AddAsync("pod1")).MustSucceed();
        (await node.DelAsync("pod1")).MustSucceed();
        var before = await KernelState.TakeAsync(node.Node);

        (await node.AddAsync("pod1")).MustSucceed();
        foreach (var link in new[] { "eth0", "net1", "fast0", "net3" })
        {
            await node.Node.PodShellAsync("pod1", $"ip link show {link} up | grep -q {link}");
        }

        // No CHECK: that of tuning 1.1.1 looks for an interface called IFNAME.
        (await node.DelAsync("pod1")).MustSucceed();

        await Leaks.MustBeNoneAsync(node.Node, before);
    }

    [Fact]
    public async Task Pod_IsTheSame_InProcessAndByExec()
    {
        // Copies, not links: a file that is this executable runs in process.
        await using var inProcess = await StartAsync("{}");
        await using var executed = await StartAsync("""{"builtin": "off", "binDir": "/opt/copies"}""");
        await executed.Node.ShellAsync(
            $"mkdir /opt/copies; for name in {string.Join(' ', TestEnvironment.BuiltInPlugins)}; do cp {NodeSandbox.BuiltInBin}/multinet /opt/copies/$name; done");

        var inProcessResult = (await inProcess.AddAsync("pod1")).MustSucceed();
        var executedResult = (await executed.AddAsync("pod1")).MustSucceed();

        var (expected, actual) = await Comparison.MustBecomeEqualAsync("after ADD", executed.Node, inProcess.Node, "02:00:00:00:72:01");
        Assert.Equal(
            CanonicalJson.Leaves(executedResult.Json, "").Select(expected.Tokens.Replace),
            CanonicalJson.Leaves(inProcessResult.Json, "").Select(actual.Tokens.Replace));
        (await executed.CheckAsync("pod1")).MustSucceed();
        (await executed.DelAsync("pod1")).MustSucceed();
        (await inProcess.DelAsync("pod1")).MustSucceed();
        await Comparison.MustBecomeEqualAsync("after DEL", executed.Node, inProcess.Node, "");
    }

    [Fact]
    public async Task WhatExternalPluginsAttached_IsReleasedByBuiltInOnes()
    {
        await using var node = await StartAsync(External);
        (await node.AddAsync("pod1")).MustSucceed();
        (await node.DelAsync("pod1")).MustSucceed();
        var before = await KernelState.TakeAsync(node.Node);

        (await node.AddAsync("pod1")).MustSucceed();
        node.Configure("""{"builtin": "first"}""");
        (await node.DelAsync("pod1")).MustSucceed();

        await Leaks.MustBeNoneAsync(node.Node, before);
    }

    [Fact]
    public async Task PortMappings_ReachTheRealPortmap_AsTheyComeFromTheRuntime()
    {
        await using var node = await MultiNetNode.StartAsync(
            $$"""{"builtin": "off", "binDir": "{{NodeSandbox.ReferenceBin}}", "capabilities": {"portMappings": true} }""", """
            {"cniVersion": "1.0.0", "name": "cluster-net", "plugins": [
              {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipam": {"type": "host-local", "subnet": "10.88.0.0/16", "routes": [{"dst": "0.0.0.0/0"}]}},
              {"type": "portmap", "capabilities": {"portMappings": true}}]}
            """);
        await node.DefinePodAsync("pod1");

        (await node.AddAsync("pod1", """{"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}]}""")).MustSucceed();
        Assert.Contains("--dport 8080 -j DNAT --to-destination 10.88.0.2:80", await node.Node.ShellAsync("iptables-save -t nat"), StringComparison.Ordinal);

        (await node.DelAsync("pod1", """{"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}]}""")).MustSucceed();
        Assert.DoesNotContain("8080", await node.Node.ShellAsync("iptables-save -t nat"), StringComparison.Ordinal);
    }

    private static async Task<MultiNetNode> StartAsync(string keys)
    {
        var node = await MultiNetNode.StartAsync(keys);
        ThreeNetworks.Define(node);
        await node.DefinePodAsync("pod1", ThreeNetworks.Annotation);
        return node;
    }
}
