using System.Net;

namespace MultiNet.Netlink.Tests.Announcements;

public sealed class NeighborAnnouncementTests
{
    [Theory]
    [InlineData("10.1.0.9", "10.1.0.9")]
    [InlineData("fd00:1::9", "fd00:1::9")]
    public void ANeighbour_LearnsTheNewPlaceOfAnAddress(string address, string shown)
    {
        using var host = new TestNamespace();
        using var pod = new TestNamespace();
        host.Exec("ip", "link add name near type veth peer name far");
        host.Exec("ip", $"link set dev far netns {pod.Path}");
        host.Exec("ip", "address add 10.1.0.1/24 dev near");
        host.Exec("ip", "address add fd00:1::1/64 dev near nodad");
        host.Exec("ip", "link set dev near up");
        pod.Exec("ip", "link set dev far up");
        // What the neighbour remembers is of a pod that is gone.
        host.Exec("ip", $"neigh replace {address} lladdr 0a:00:00:00:00:77 dev near nud stale");
        var link = pod.Socket.LinkGet("far");
        using var monitor = pod.Namespace.OpenMonitor(RouteEvents.Links);
        Assert.True(monitor.WaitUntil(() => (pod.Socket.LinkGet("far").Flags & LinkFlags.Running) != 0, TimeSpan.FromSeconds(60)));

        var watch = System.Diagnostics.Stopwatch.StartNew();
        string entry;
        do
        {
            NeighborAnnouncement.Send(pod.Namespace, link, [IPAddress.Parse(address)]);
            entry = host.Exec("ip", $"neigh show {shown} dev near");
        }
        while (!entry.Contains(link.MacAddress.ToString()) && watch.Elapsed < TimeSpan.FromSeconds(60));

        Assert.Contains($"lladdr {link.MacAddress}", entry);
    }

    [Fact]
    public void WhatHasNoEthernetAddress_IsNotAnnounced()
    {
        using var host = new TestNamespace();
        NeighborAnnouncement.Send(host.Namespace, host.Socket.LinkGet("lo"), [IPAddress.Loopback]);
    }
}
