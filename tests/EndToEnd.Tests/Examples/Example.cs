using MultiNet.EndToEnd.Tests.Kernel;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Examples;

/// <summary>The files of examples/, tried as a new user would: attached on a node by <c>multinet run</c>, and released again.</summary>
internal static class Example
{
    /// <summary>Examples that need kernel features which a test machine may lack.</summary>
    private static readonly string[] s_needVm = ["bond", "dummy", "ipvlan", "macvlan", "sriov", "vlan", "vrf"];

    private const string Uplink = "ip link add eth0 type veth peer name wire; ip link set wire up; ip link set eth0 up";

    // What the examples expect to find on a node, by plugin.
    private static readonly Dictionary<string, string> s_prepared = new()
    {
        ["dhcp"] = """
            ip link add mn-lan type bridge; ip addr add 10.20.20.1/24 dev mn-lan; ip link set mn-lan up
            dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --interface=mn-lan --bind-interfaces --no-ping --user=root --pid-file= \
              --dhcp-range=10.20.20.10,10.20.20.50,3600 --dhcp-leasefile=/run/.node/dnsmasq.leases >/dev/null 2>&1 </dev/null &
            /opt/cni/bin/multinet dhcp --statedir /run/.node/leases >/dev/null 2>&1 </dev/null &
            timeout 60 sh -c 'until [ -S /run/cni/dhcp.sock ] && [ -e /run/.node/dnsmasq.leases ]; do sleep 0.05; done'
            """,
        ["host-device"] = "ip link add ens1f1 type veth peer name wire; ip link set wire up",
        ["ipvlan"] = Uplink,
        ["macvlan"] = Uplink,
        ["vlan"] = Uplink,
    };

    /// <summary>The names of the examples of plugins.</summary>
    public static TheoryData<string> Plugins(bool inVm) =>
        [.. Directory.GetFiles(TestEnvironment.Examples("plugins"), "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Where(p => s_needVm.Contains(p) == inVm).Order()];

    /// <summary>Attaches the pod, looks whether the plugin was used, and releases it.</summary>
    public static async Task MustWorkAsync(string plugin)
    {
        await using var node = await NodeSandbox.StartAsync();
        if (plugin == "sriov")
        {
            await SriovCards.GiveAsync(node);
        }

        await node.ShellAsync(s_prepared.GetValueOrDefault(plugin, ""));
        node.Write("/run/.node/example/example.yaml", File.ReadAllText(Path.Combine(TestEnvironment.Examples("plugins"), plugin + ".yaml")));

        var plan = (await node.RunAsync(["/opt/cni/bin/multinet", "plan", "/run/.node/example"])).MustSucceed("plan").Output;
        Assert.Contains(plugin, plan.Split("CONFIGURATION")[1].Replace($"{plugin}-example", "", StringComparison.Ordinal), StringComparison.Ordinal);

        // Once, so that what is shared (bridges, base chains) is there.
        (await node.RunAsync(["/opt/cni/bin/multinet", "run", "/run/.node/example", "--host"])).MustSucceed("run");
        var before = await KernelState.TakeAsync(node);
        var run = (await node.RunAsync(["/opt/cni/bin/multinet", "run", "/run/.node/example", "--host"])).MustSucceed("run");
        Assert.Contains("net1", run.Output, StringComparison.Ordinal);
        await Leaks.MustBeNoneAsync(node, before, $"by the example of {plugin}");
    }
}
