using System.Net;
using MultiNet.Cni;
using MultiNet.Delegates.Devices;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Sriov;

/// <summary>
/// The plugin <c>sriov</c>: gives a virtual function of a network card to a pod, set up through its physical function.
/// docs/plugins/sriov.md tells keys and differences from sriov-cni.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
/// <param name="sysfs">The node's devices.</param>
/// <param name="folder">Where the state is.</param>
internal sealed partial class SriovPlugin(NodeKernel kernel, Sysfs sysfs, string folder = SriovFiles.DefaultFolder) : IPlugin
{
    private static readonly TimeSpan s_carrierPatience = TimeSpan.FromMilliseconds(200);

    private readonly SriovFiles _files = new(folder);
    private readonly DeviceReturn _return = new(kernel, sysfs);

    /// <inheritdoc/>
    public string Type => "sriov";

    /// <inheritdoc/>
    public string About => "CNI sriov plugin of MultiNet: a virtual function of a network card in a pod";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    private RouteSocket Host => kernel.Socket("");

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        var config = SriovConfig.Read(context);
        var physical = FindPhysical(config.Device);
        using var held = _files.Lock(config.Device);
        RequireFree(config.Device);
        var rollback = new Rollback();
        try
        {
            EnterPod(context.Call.NetNs);
            return Attach(context, config, physical, rollback);
        }
        catch (KernelException e)
        {
            rollback.Run();
            throw KernelFailure.Of(e, $"failed to set up pod interface \"{context.Call.IfName}\" from the device \"{physical.Link.Name}\"");
        }
        catch
        {
            rollback.Run();
            throw;
        }
    }

    private CniResult Attach(PluginContext context, SriovConfig config, PhysicalFunction physical, Rollback rollback)
    {
        var call = context.Call;
        var link = new DeviceFinder(Host, sysfs).OfPci(config.Device);
        if (link is null)
            RequireUserspaceDriver(config.Device);
        else
            DeviceMove.RequireFreeName(kernel, link.Name, call.NetNs, call.IfName);
        var state = new SriovState
        {
            Device = config.Device,
            Network = context.NetworkName,
            HostName = link?.Name ?? "",
            Master = physical.Link.Name,
            Original = physical.Read(),
            EffectiveMac = link?.MacAddress ?? default,
            Mtu = link?.Mtu ?? 0,
            Up = link?.IsUp ?? false,
            Settings = config.Settings,
            IpamType = context.IpamType,
            CniVersion = context.CniVersion,
            NetNs = call.NetNs,
            Attachment = (call.ContainerId, call.IfName),
        };
        // Noted before anything is done, so that a DEL after a crash can undo it; sriov-cni notes it last.
        rollback.Add(() =>
        {
            Release(state, call.NetNs, call.IfName);
            _files.Delete(call.ContainerId, call.IfName);
            _files.Free(config.Device);
        });
        _files.Write(call.ContainerId, call.IfName, state);
        _files.Allocate(config.Device, call.NetNs);
        physical.Set(config.Settings, (what, step) => KernelFailure.Describe($"SRIOV-CNI failed to configure VF \"failed to {what}\"", step));
        var moved = link is null ? null : MoveInterface(context, config, link);
        var result = new CniResult { Interfaces = [Describe(context, config, state, moved)] };
        if (context.HasIpam)
        {
            var assigned = IpamDelegate.Add(context, rollback);
            var ips = new List<CniIP>();
            foreach (var ip in assigned.IPs)
                ips.Add(ip with { Interface = 0 });
            result = result with { IPs = ips, Routes = assigned.Routes, Dns = assigned.Dns };
        }
        if (moved is not null)
            ConfigureInterface(context, result, moved);
        return result;
    }

    private Link MoveInterface(PluginContext context, SriovConfig config, Link link)
    {
        var call = context.Call;
        var pod = kernel.Socket(call.NetNs);
        Host.LinkSet(link.Index, new LinkChange { Namespace = kernel.Namespace(call.NetNs), Name = call.IfName });
        var moved = pod.LinkGet(call.IfName);
        if (config.Settings.MacAddress is { } mac)
            DeviceAddress.Set(pod, moved.Index, mac);
        kernel.Namespace(call.NetNs).Run(() => TryNotify(call.IfName));
        pod.LinkSet(moved.Index, new LinkChange { Up = true });
        return pod.LinkGet(moved.Index);
    }

    private static void TryNotify(string ifName)
    {
        foreach (string name in (ReadOnlySpan<string>)[$"net/ipv4/conf/{ifName}/arp_notify", $"net/ipv6/conf/{ifName}/ndisc_notify"])
        {
            try
            {
                Sysctl.Write(name, "1");
            }
            catch (KernelException)
            {
                // The kernel may be without IPv6.
            }
        }
    }

    private void ConfigureInterface(PluginContext context, CniResult result, Link link)
    {
        string netns = context.Call.NetNs;
        if (result.IPs.Count == 0)
            return;
        new ContainerInterface(kernel, netns, link).Configure(result);
        var addresses = new List<IPAddress>();
        foreach (var ip in result.IPs)
            addresses.Add(ip.Address.Address);
        // Neighbours may remember the addresses at another pod's virtual function. Whether they hear of it is no reason to fail.
        try
        {
            using var monitor = kernel.Namespace(netns).OpenMonitor(RouteEvents.Links);
            monitor.WaitUntil(() => (kernel.Socket(netns).LinkGet(link.Index).Flags & LinkFlags.Running) != 0, s_carrierPatience);
            NeighborAnnouncement.Send(kernel.Namespace(netns), link, addresses);
        }
        catch (KernelException)
        {
        }
    }

    private static CniInterface Describe(PluginContext context, SriovConfig config, SriovState state, Link? moved)
    {
        bool withDevice = context.CniVersion == CniVersion.Latest;
        var mac = moved?.MacAddress ?? config.Settings.MacAddress ?? state.Original.MacAddress;
        return new CniInterface
        {
            Name = context.Call.IfName,
            Mac = mac.IsZero ? "" : mac.ToString(),
            Sandbox = context.Call.NetNs,
            Mtu = withDevice ? moved?.Mtu ?? 0 : 0,
            PciId = withDevice ? config.Device.ToString() : "",
        };
    }

    private PhysicalFunction FindPhysical(PciAddress device) => PhysicalFunction.TryFind(Host, sysfs, device) ?? throw new CniException(
        CniErrorCode.Internal, $"SRIOV-CNI failed to load netconf: LoadConf(): failed to get VF information: \"{WhatIsMissing(device)}\"",
        sysfs.Has(Sysfs.Pci, device.ToString()) ? $"{device} must be a virtual function of a card whose interface is on the host." : $"This node has no device {device}. Virtual functions vanish when their number is changed.");

    private string WhatIsMissing(PciAddress device) =>
        sysfs.TryPhysicalFunction(device, out _) ? "PF network device not found" : $"lstat /sys/bus/pci/devices/{device}/physfn/net: no such file or directory";

    private void RequireUserspaceDriver(PciAddress device)
    {
        if (!Sysfs.IsUserspaceDriver(sysfs.DriverOf(Sysfs.Pci, device.ToString())))
        {
            throw new CniException(
                CniErrorCode.Internal, $"SRIOV-CNI failed to load netconf: LoadConf(): the VF {device} does not have a interface name or a dpdk driver",
                $"Its driver is \"{sysfs.DriverOf(Sysfs.Pci, device.ToString())}\", and its interface is not on the host. Another pod may have it.");
        }
    }

    private RouteSocket EnterPod(string netns)
    {
        try
        {
            return kernel.Socket(netns);
        }
        catch (KernelException e)
        {
            throw KernelFailure.NetNs(e, netns);
        }
    }
}
