using System.Diagnostics;
using System.Net;
using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;

namespace MultiNet.Delegates.Tests.InterfaceConfiguration;

public sealed class ContainerInterfaceTests : IDisposable
{
    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void IPv6Address_IsAnnounced_WhenNdiscNotifyIsAskedFor(bool notify)
    {
        var pod = _node.AddPod();
        _node.OnHost("ip", "link add near type veth peer name eth0");
        _node.OnHost("ip", $"link set dev eth0 netns {pod.Path}");
        _node.OnHost("ip", "address add fd00:1::1/64 dev near nodad");
        _node.OnHost("ip", "link set dev near up");
        // A neighbour that listens already. One that gets its carrier by this very interface has no route for multicast until a worker of the kernel
        // has heard of that, and drops what comes before.
        pod.Exec("ip", "link set dev eth0 up");
        Await(() => _node.OnHost("ip", "-6 route show table local dev near").Contains("ff00::/8", StringComparison.Ordinal), "the neighbour's multicast route");
        // What the neighbour remembers is of a pod that is gone.
        _node.OnHost("ip", "neigh replace fd00:1::9 lladdr 0a:00:00:00:00:77 dev near nud stale");

        string mac = _node.Host.Run(() =>
        {
            using var kernel = new NodeKernel();
            var link = kernel.Socket(pod.Path).LinkGet("eth0");
            new ContainerInterface(kernel, pod.Path, link) { NdiscNotify = notify }.Configure(new CniResult
            {
                Interfaces = [new CniInterface { Name = "eth0", Sandbox = pod.Path }],
                IPs = [new CniIP { Address = new IPPrefix(IPAddress.Parse("fd00:1::9"), 64), Interface = 0 }],
            });
            return link.MacAddress.ToString();
        });

        // The kernel may hand the frame over a little later.
        Await(() => Neighbour().Contains(mac, StringComparison.Ordinal) || !notify, "the neighbour's entry");
        Assert.Contains(notify ? mac : "0a:00:00:00:00:77", Neighbour());

        string Neighbour() => _node.OnHost("ip", "neigh show fd00:1::9 dev near");
    }

    private static void Await(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"waited in vain for {what}");
    }
}
