using MultiNet.Cni;
using MultiNet.Delegates.Devices;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.HostDevice;

/// <content>DEL, CHECK, STATUS and GC.</content>
internal sealed partial class HostDevicePlugin
{
    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        var failures = new Failures();
        // Before the device goes: a DHCP client says goodbye through it.
        failures.Try("release addresses", () =>
        {
            if (context.HasIpam)
                context.InvokeIpam(CniVerb.Del);
        });
        failures.Try("bring the device home", () => Release(context));
        failures.ThrowIfAny();
    }

    private void Release(PluginContext context)
    {
        var call = context.Call;
        bool isHome = true;
        if (_records.Read(context.NetworkName, call) is { } record && DeviceRecord.Read(record.Fields) is { } device)
        {
            // Without a name there was no interface to move.
            if (device.Name.Length > 0)
                isHome = _return.BringHome(device, DeviceReturn.NetNsOf(call.NetNs, device.NetNs), call.IfName);
        }
        else if (ReconstructRecord(context) is { } attached)
        {
            _return.BringHome(attached, call.NetNs, call.IfName);
        }
        // What is still in a namespace that lives on, GC or the next ADD finds by its record.
        if (isHome)
            _records.Delete(context.NetworkName, call);
    }

    /// <summary>
    /// What the reference plugin left of an attachment (or we, and the record is gone): the alias, which is the name on the host.
    /// </summary>
    /// <returns>Null where the interface is none of the host's.</returns>
    private DeviceRecord? ReconstructRecord(PluginContext context)
    {
        var call = context.Call;
        if (ContainerLink.TryEnter(kernel, call.NetNs) is not { } pod || !pod.TryGetLink(call.IfName, out var link) || IsOfAnotherNetwork(call))
            return null;
        string name = link.Alias;
        if (InterfaceName.Problem(name) is not null)
        {
            // The alias was overwritten. Where the configured device is not on the host, this is it.
            name = context.Config.String("device");
            if (InterfaceName.Problem(name) is not null || Host.TryGetLink(name, out _))
                return null;
        }
        return new DeviceRecord
        {
            Name = name,
            PodIndex = link.Index,
            Kind = link.Kind,
            Parent = (link.ParentBus, link.ParentDevice),
            PermanentMac = link.PermanentMacAddress,
            Mac = link.MacAddress,
            Mtu = link.Mtu,
        };
    }

    // An ADD that found the name taken is followed by a DEL, which must not take the other network's interface.
    private bool IsOfAnotherNetwork(CniCall call)
    {
        foreach (var record in _records.ListAll())
        {
            if (record.ContainerId == call.ContainerId && record.IfName == call.IfName)
                return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        var call = context.Call;
        var pod = EnterPod(call.NetNs);
        var record = _records.Read(context.NetworkName, call) is { } stored ? DeviceRecord.Read(stored.Fields) : null;
        bool isUserspace = record is not null ? record.Name.Length == 0 : HostDeviceConfig.Read(context, sysfs).IsUserspace;
        if (context.HasIpam)
            context.InvokeIpam(CniVerb.Check);
        var previous = InterfaceCheck.RequirePrevResult(context);
        if (isUserspace)
        {
            CheckUserspace(record?.Parent.Name ?? context.Config.String("pciBusID"));
            return;
        }
        var expected = InterfaceCheck.FindContainer(previous, call);
        try
        {
            CheckInterface(pod, expected, record);
            var link = pod.LinkGet(expected.Name);
            InterfaceCheck.Addresses(pod, link, IpamDelegate.AddressesOf(previous, call));
            InterfaceCheck.ExpectedRoutes(pod, previous.Routes);
        }
        catch (KernelException e)
        {
            throw KernelFailure.Of(e, $"failed to check \"{call.IfName}\"");
        }
    }

    private static void CheckInterface(RouteSocket pod, CniInterface expected, DeviceRecord? record)
    {
        if (!pod.TryGetLink(expected.Name, out var link))
            throw InterfaceCheck.Failed($"Container Interface name in prevResult: {expected.Name} not found", $"It is missing in {expected.Sandbox}.");
        InterfaceCheck.ContainerMac(pod, link, expected);
        if (record is { PodIndex: not 0 } && (record.PodIndex != link.Index || record.Kind != link.Kind))
            throw InterfaceCheck.Failed($"Interface {expected.Name} is not the host's device \"{record.Name}\"", $"That has the index {record.PodIndex} in {expected.Sandbox}; \"{expected.Name}\" has {link.Index}.");
        if (!link.IsUp)
            throw InterfaceCheck.Failed($"Interface {expected.Name} is down", $"ADD set it up in {expected.Sandbox}.");
    }

    private void CheckUserspace(string device)
    {
        string driver = sysfs.Has(Sysfs.Pci, device) ? sysfs.DriverOf(Sysfs.Pci, device) : "";
        if (!Sysfs.IsUserspaceDriver(driver))
            throw InterfaceCheck.Failed($"device {device} has no driver for programs outside of the kernel any more", $"Its driver is \"{driver}\".");
    }

    /// <inheritdoc/>
    public void Status(PluginContext context)
    {
        // The device that the kubelet picks for a pod is in the configuration of that pod's ADD only.
        if (HostDeviceConfig.NamesDevice(context))
        {
            try
            {
                var config = HostDeviceConfig.Read(context, sysfs);
                if (!config.IsUserspace)
                    config.Find(Host, sysfs);
            }
            catch (CniException e) when (e.Code == CniErrorCode.Internal)
            {
                throw new CniException(CniErrorCode.PluginNotAvailable, e.Message, e.Details, e);
            }
        }
        if (context.HasIpam)
            context.InvokeIpam(CniVerb.Status);
    }

    /// <inheritdoc/>
    public void Gc(PluginContext context) => InterfaceGarbage.Collect(context, (valid, failures) =>
    {
        foreach (var record in _records.List(context.NetworkName))
        {
            if (!GcAttachments.Contains(valid, record))
                failures.Try($"bring the device of {record.ContainerId} home", () => Collect(record));
        }
    });

    private void Collect(AttachmentRecord record)
    {
        var device = DeviceRecord.Read(record.Fields);
        if (device is null || device.Name.Length == 0 || _return.BringHome(device, DeviceReturn.NetNsOf("", device.NetNs), record.IfName))
            _records.Delete(record.Network, record.ContainerId, record.IfName);
    }
}
