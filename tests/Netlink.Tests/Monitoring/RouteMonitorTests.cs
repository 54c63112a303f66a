using System.Net;
using System.Net.Sockets;

namespace MultiNet.Netlink.Tests.Monitoring;

public class RouteMonitorTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void WaitUntil_SeesAPortComeUp()
    {
        using var host = new TestNamespace();
        using var monitor = host.Namespace.OpenMonitor(RouteEvents.Links);
        int index = host.AddVeth();
        Assert.True(monitor.WaitUntil(() => host.Socket.LinkGet(index).OperationalState == OperationalState.Up, s_patience));
    }

    [Fact]
    public void WaitUntil_SeesDuplicateAddressDetectionEnd()
    {
        using var host = new TestNamespace();
        int index = host.AddVeth();
        using var monitor = host.Namespace.OpenMonitor(RouteEvents.IPv6Addresses);
        var address = new InterfaceAddress { Local = IPAddress.Parse("2001:db8::1"), PrefixLength = 64 };
        host.Socket.AddressAdd(index, address);
        int evaluations = 0;
        Assert.True(monitor.WaitUntil(
            () =>
            {
                evaluations++;
                var read = host.Socket.AddressList(index, AddressFamily.InterNetworkV6).Single(item => item.Local.Equals(address.Local));
                return (read.Flags & AddressFlags.Tentative) == 0;
            },
            s_patience));
        Assert.True(evaluations > 1, "the address was tentative at first");
    }

    [Fact]
    public void WaitUntil_IsWokenByAChangeOfAnotherThread()
    {
        using var host = new TestNamespace();
        using var other = host.Namespace.OpenSocket();
        using var monitor = host.Namespace.OpenMonitor(RouteEvents.Links);
        using var evaluated = new ManualResetEventSlim();
        var changer = new Thread(() =>
        {
            evaluated.Wait();
            other.LinkAdd(new BridgeSpec { Name = "br0" });
        });
        changer.Start();
        Assert.True(monitor.WaitUntil(
            () =>
            {
                bool there = host.Socket.TryGetLink("br0", out _);
                evaluated.Set();
                return there;
            },
            s_patience));
        changer.Join();
    }

    [Fact]
    public void WaitUntil_IsFalse_WhenNothingHappens()
    {
        using var host = new TestNamespace();
        using var monitor = host.Namespace.OpenMonitor(RouteEvents.Links | RouteEvents.IPv4Addresses);
        int evaluations = 0;
        Assert.False(monitor.WaitUntil(() => evaluations++ < 0, TimeSpan.FromMilliseconds(1)));
        Assert.False(monitor.WaitUntil(() => evaluations++ < 0, TimeSpan.Zero));
        Assert.Equal(2, evaluations);
    }

    [Fact]
    public void WaitUntil_SurvivesMoreNotificationsThanAreQueued()
    {
        using var host = new TestNamespace();
        using var monitor = host.Namespace.OpenMonitor(RouteEvents.Links);
        int index = host.AddVeth();
        for (int i = 0; i < 20; i++)
        {
            var batch = host.Socket.NewBatch();
            for (int j = 0; j < 64; j++)
                batch.LinkSet(index, new LinkChange { TxQueueLength = 100 + j, Alias = $"alias {i} {j}" });
            batch.Send();
        }
        Assert.False(monitor.WaitUntil(() => false, TimeSpan.FromMilliseconds(1)));
    }
}
