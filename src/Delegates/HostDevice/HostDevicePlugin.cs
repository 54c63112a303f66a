using MultiNet.Cni;
using MultiNet.Delegates.Devices;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.HostDevice;

/// <summary>
/// The plugin <c>host-device</c>: gives an interface of the host to a pod and takes it back. docs/plugins/host-device.md tells keys and
/// differences from the reference.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
/// <param name="sysfs">The node's devices.</param>
internal sealed partial class HostDevicePlugin(NodeKernel kernel, Sysfs sysfs) : IPlugin
{
    private readonly AttachmentRecords _records = kernel.Records("host-device");
    private readonly DeviceReturn _return = new(kernel, sysfs);

    /// <inheritdoc/>
    public string Type => "host-device";

    /// <inheritdoc/>
    public string About => "CNI host-device plugin of MultiNet: an interface of the host in a pod";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    private RouteSocket Host => kernel.Socket("");

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        var config = HostDeviceConfig.Read(context, sysfs);
        var rollback = new Rollback();
        try
        {
            EnterPod(context.Call.NetNs);
            return config.IsUserspace ? NoteDevice(context, config, rollback) : MoveInterface(context, config, rollback);
        }
        catch (KernelException e)
        {
            rollback.Run();
            throw KernelFailure.Of(e, $"failed to attach \"{context.Call.IfName}\"");
        }
        catch
        {
            rollback.Run();
            throw;
        }
    }

    private CniResult MoveInterface(PluginContext context, HostDeviceConfig config, Rollback rollback)
    {
        var call = context.Call;
        var link = FindDevice(config);
        DeviceMove.RequireFreeName(kernel, link.Name, call.NetNs, call.IfName);
        var device = DeviceRecord.Of(Host, link, sysfs, call.NetNs);
        _records.Write(context.NetworkName, call, device.Write);
        rollback.Add(() =>
        {
            if (_return.BringHome(device, call.NetNs, call.IfName))
                _records.Delete(context.NetworkName, call);
        });
        var moved = DeviceMove.IntoPod(kernel, link, call.NetNs, call.IfName);
        device = device with { PodIndex = moved.Index };
        _records.Write(context.NetworkName, call, device.Write);
        // Before IPAM is asked: a DHCP client needs the interface.
        KernelFailure.Describe($"failed to move link failed to set \"{call.IfName}\" up", () => kernel.Socket(call.NetNs).LinkSet(moved.Index, new LinkChange { Up = true }));
        var result = new CniResult { Interfaces = [Describe(context, config, moved)] };
        if (!context.HasIpam)
            return result;
        result = WithAddresses(result, context, config, rollback);
        new ContainerInterface(kernel, call.NetNs, moved).Configure(result);
        return result;
    }

    // A program in the pod drives the device by itself. It learns its addresses from the result.
    private CniResult NoteDevice(PluginContext context, HostDeviceConfig config, Rollback rollback)
    {
        var device = new DeviceRecord { Name = "", NetNs = context.Call.NetNs, Parent = (Sysfs.Pci, config.Pci.ToString()) };
        _records.Write(context.NetworkName, context.Call, device.Write);
        rollback.Add(() => _records.Delete(context.NetworkName, context.Call));
        var result = new CniResult { Interfaces = [Describe(context, config, null)] };
        return context.HasIpam ? WithAddresses(result, context, config, rollback) : result;
    }

    private static CniResult WithAddresses(CniResult result, PluginContext context, HostDeviceConfig config, Rollback rollback)
    {
        var assigned = IpamDelegate.Add(context, rollback);
        var ips = new List<CniIP>();
        foreach (var ip in assigned.IPs)
            ips.Add(ip with { Interface = 0 });
        return result with { IPs = ips, Routes = assigned.Routes, Dns = config.Dns ?? assigned.Dns };
    }

    private static CniInterface Describe(PluginContext context, HostDeviceConfig config, Link? link)
    {
        // Results before 1.1.0 have neither.
        bool withDevice = context.CniVersion == CniVersion.Latest;
        string pci = link?.ParentBus == Sysfs.Pci ? link.ParentDevice : config.Pci.ToString();
        return new CniInterface
        {
            Name = context.Call.IfName,
            Mac = link?.MacAddress.ToString() ?? "",
            Sandbox = context.Call.NetNs,
            Mtu = withDevice && link is not null ? link.Mtu : 0,
            PciId = withDevice ? pci : "",
        };
    }

    private Link FindDevice(HostDeviceConfig config)
    {
        Link? found = null;
        try
        {
            found = config.Find(Host, sysfs);
            // No alias: no pod has had it, or it was brought home.
            if (found.Alias.Length == 0)
                return found;
        }
        catch (CniException) when (RecoverLost(null))
        {
            return config.Find(Host, sysfs);
        }
        return RecoverLost(found) ? config.Find(Host, sysfs) : found;
    }

    /// <summary>
    /// Hardware whose pod's namespace ended without DEL, or long after it, is home under the pod's name: makes it what it was.
    /// </summary>
    /// <param name="candidate">The interface in question; null for any.</param>
    private bool RecoverLost(Link? candidate)
    {
        bool recovered = false;
        foreach (var record in _records.ListAll())
        {
            if (DeviceRecord.Read(record.Fields) is not { IsPhysical: true, Name.Length: > 0 } device || ContainerLink.TryEnter(kernel, device.NetNs) is not null)
                continue;
            if (device.FindAtHome(Host.LinkList()) is not { } home || (candidate is not null && home.Index != candidate.Index))
                continue;
            _return.BringHome(device, "", record.IfName);
            _records.Delete(record.Network, record.ContainerId, record.IfName);
            recovered = true;
        }
        return recovered;
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
