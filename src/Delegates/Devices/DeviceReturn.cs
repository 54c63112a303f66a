using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Devices;

/// <summary>
/// Brings an interface home from a pod and makes it what it was, whatever happened to it there: renamed, its alias overwritten, its
/// namespace gone. Hardware comes home by itself when the namespace ends, a moment later and under the pod's name; a virtual interface
/// ends with it.
/// </summary>
/// <param name="kernel">The kernel.</param>
/// <param name="sysfs">The devices.</param>
internal sealed class DeviceReturn(NodeKernel kernel, Sysfs sysfs)
{
    // The kernel ends a namespace in the background, all that ended at one time together.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    // What the kernel itself calls an interface whose name is taken when its namespace ends.
    private const string AnyName = "dev%d";

    private RouteSocket Host => kernel.Socket("");

    /// <summary>Brings the interface home.</summary>
    /// <param name="device">What it was.</param>
    /// <param name="netns">The pod's namespace; "" where it must not be entered.</param>
    /// <param name="ifName">Its name there.</param>
    /// <param name="homeComing">Called with the interface as soon as it is on the host, before its settings are restored.</param>
    /// <returns>
    /// True where it is home or is no more. False where it is out of reach: hardware in a namespace that still lives somewhere.
    /// </returns>
    /// <exception cref="CniException">It could not be moved, or not be made what it was.</exception>
    public bool BringHome(DeviceRecord device, string netns, string ifName, Action<Link>? homeComing = null)
    {
        bool fromPod = false;
        if (ContainerLink.TryEnter(kernel, netns) is { } pod && device.FindInPod(pod.LinkList(), ifName) is { } link)
        {
            Leave(pod, link, device);
            fromPod = true;
        }
        if (FindAtHome(device) is not { } home)
            return IsGone(device);
        // Without the mark, under its own name: somebody else brought it home, and what it is by now is none of our business.
        if (!fromPod && device.IsMarked && home.Name == device.Name && home.Alias != device.Name)
            return true;
        homeComing?.Invoke(home);
        Restore(home, device);
        return true;
    }

    /// <summary>The namespace that DEL enters: the runtime's; without one the recorded, unless it may be another pod's by now.</summary>
    public static string NetNsOf(string fromRuntime, string recorded) =>
        fromRuntime.Length > 0 || recorded.StartsWith("/proc/", StringComparison.Ordinal) ? fromRuntime : recorded;

    private void Leave(RouteSocket pod, Link link, DeviceRecord device)
    {
        string failure = $"failed to move \"{device.Name}\" to hostNS";
        // The pod may have overwritten it; by this the interface is known on the host, whatever else it has changed.
        if (link.Alias != device.Name)
            KernelFailure.Describe(failure, () => pod.LinkSet(link.Index, new LinkChange { Alias = device.Name }));
        if (link.Name != device.Name && !pod.TryGetLink(device.Name, out _))
        {
            // Renamed before it goes, so that the host's udev sees it under its own name from the start.
            KernelFailure.Describe($"failed to rename device \"{link.Name}\" to \"{device.Name}\"", () =>
            {
                pod.LinkSet(link.Index, new LinkChange { Up = false });
                pod.LinkSet(link.Index, new LinkChange { Name = device.Name });
            });
        }
        try
        {
            pod.LinkSet(link.Index, new LinkChange { Namespace = kernel.Namespace(""), Name = device.Name });
        }
        catch (NetlinkException e) when (e.IsExists)
        {
            // Home under another name is better than lost with the pod. Where it is home already, there is no such index here.
            if (pod.TryGetLink(link.Index, out var still) && still.Kind == link.Kind && still.MacAddress == link.MacAddress)
                KernelFailure.Describe(failure, () => pod.LinkSet(link.Index, new LinkChange { Namespace = kernel.Namespace(""), Name = AnyName }));
        }
        catch (NetlinkException e)
        {
            throw KernelFailure.Of(e, failure);
        }
    }

    private Link? FindAtHome(DeviceRecord device)
    {
        var found = device.FindAtHome(Host.LinkList());
        if (found is not null || !MayComeHome(device))
            return found;
        using var monitor = kernel.Namespace("").OpenMonitor(RouteEvents.Links);
        monitor.WaitUntil(() => (found = device.FindAtHome(Host.LinkList())) is not null || !MayComeHome(device), s_patience);
        return found;
    }

    // Hardware that has not been taken out, and whose driver still gives it an interface.
    private bool MayComeHome(DeviceRecord device) =>
        device.IsPhysical && device.Parent.Name.Length > 0 && sysfs.Has(device.Parent.Bus, device.Parent.Name)
        && sysfs.DriverOf(device.Parent.Bus, device.Parent.Name) == device.Driver;

    private bool IsGone(DeviceRecord device) => !MayComeHome(device);

    private void Restore(Link link, DeviceRecord device)
    {
        if (link.Name != device.Name)
        {
            KernelFailure.Describe($"failed to rename device \"{link.Name}\" to \"{device.Name}\"", () =>
            {
                Host.LinkSet(link.Index, new LinkChange { Up = false });
                Host.LinkSet(link.Index, new LinkChange { Name = device.Name });
            });
        }
        var failures = new Failures();
        // Each by itself: one that the driver refuses must not keep the others from being restored.
        if (!device.Mac.IsEmpty)
            failures.Try($"restore the address of \"{device.Name}\"", () => DeviceAddress.Set(Host, link.Index, device.Mac));
        if (link.Mtu != device.Mtu && device.Mtu != 0)
            Set($"restore the MTU of \"{device.Name}\"", new LinkChange { Mtu = device.Mtu });
        if (device.Master.Length > 0 && Host.TryGetLink(device.Master, out var master) && link.MasterIndex != master.Index)
            Set($"make \"{device.Name}\" a port of \"{device.Master}\" again", new LinkChange { MasterIndex = master.Index });
        failures.Try($"restore the addresses of \"{device.Name}\"", () =>
        {
            var batch = Host.NewBatch();
            foreach (var address in device.Addresses)
                batch.AddressReplace(link.Index, address);
            batch.Send();
        });
        if (device.Up)
            Set($"set \"{device.Name}\" up", new LinkChange { Up = true });
        failures.ThrowIfAny();
        // Last: the mark says that there is something to restore.
        KernelFailure.Describe($"failed to unset alias of \"{device.Name}\"", () => Host.LinkSet(link.Index, new LinkChange { Alias = device.Alias }));

        void Set(string what, LinkChange change) => failures.Try(what, () => Host.LinkSet(link.Index, change));
    }
}
