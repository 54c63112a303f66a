using MultiNet.Cni;
using MultiNet.Delegates.Devices;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Sriov;

/// <content>DEL, CHECK, STATUS and GC, and the way home.</content>
internal sealed partial class SriovPlugin
{
    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        var call = context.Call;
        var failures = new Failures();
        // Before the interface goes: a DHCP client says goodbye through it.
        failures.Try("release addresses", () =>
        {
            if (context.HasIpam)
                context.InvokeIpam(CniVerb.Del);
        });
        if (_files.Read(call.ContainerId, call.IfName) is { } state)
            failures.Try("release the virtual function", () => ReleaseLocked(state, SriovFiles.NameOf(call.ContainerId, call.IfName), call.NetNs, call.IfName));
        failures.ThrowIfAny();
    }

    private void ReleaseLocked(SriovState state, string name, string netns, string ifName)
    {
        using var held = _files.Lock(state.Device);
        // Another ADD may have recovered it meanwhile.
        if (_files.ReadNamed(name) is null)
            return;
        string owner = _files.OwnerOf(state.Device);
        string path = DeviceReturn.NetNsOf(netns, state.NetNs.Length > 0 ? state.NetNs : owner);
        if (!Release(state, path, ifName))
            return;
        _files.DeleteNamed(name);
        _files.Free(state.Device);
    }

    /// <summary>
    /// Takes the interface home, undoes the settings, restores the interface: in this order, so that the pod never has it without its VLAN.
    /// </summary>
    /// <returns>False where the interface is out of reach.</returns>
    private bool Release(SriovState state, string netns, string ifName)
    {
        var failures = new Failures();
        bool isHome = true, undone = false;
        if (state.HostName.Length > 0)
            failures.Try($"take \"{state.HostName}\" home", () => isHome = _return.BringHome(state.Interface(sysfs), netns, ifName, _ => UndoSettings()));
        UndoSettings();
        failures.ThrowIfAny();
        return isHome;

        void UndoSettings()
        {
            if (undone)
                return;
            undone = true;
            // Without the virtual function there is nothing to undo.
            PhysicalFunction.TryFind(Host, sysfs, state.Device)?.Set(state.Undo(), (what, step) => failures.Try(what, () =>
            {
                try
                {
                    step();
                }
                catch (KernelException e) when (e.IsNotSupported)
                {
                    // What the driver does not have was never set.
                }
            }));
        }
    }

    /// <summary>Nobody may have the virtual function. What a pod had whose namespace is gone is made what it was.</summary>
    /// <exception cref="CniException">A pod has it.</exception>
    private void RequireFree(PciAddress device)
    {
        string owner = _files.OwnerOf(device);
        if (owner.Length == 0)
            return;
        if (ContainerLink.TryEnter(kernel, owner) is not null)
        {
            throw new CniException(
                CniErrorCode.Internal, $"SRIOV-CNI failed to load netconf: pci address {device} is already allocated",
                $"The namespace {owner} has it, and has not been detached. The next attempt succeeds when it has.");
        }
        foreach (string name in _files.Names())
        {
            if (_files.ReadNamed(name) is { } state && state.Device == device)
            {
                Release(state, "", state.Attachment.IfName);
                _files.DeleteNamed(name);
            }
        }
        _files.Free(device);
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        var call = context.Call;
        var config = SriovConfig.Read(context);
        var pod = EnterPod(call.NetNs);
        if (context.HasIpam)
            context.InvokeIpam(CniVerb.Check);
        var previous = InterfaceCheck.RequirePrevResult(context);
        try
        {
            var state = _files.Read(call.ContainerId, call.IfName);
            CheckSettings(FindPhysical(config.Device).Read(), state?.Settings ?? config.Settings);
            if (state is { HostName: "" } || new DeviceFinder(pod, sysfs).OfPci(config.Device) is not { } link)
            {
                RequireUserspaceDriver(config.Device);
                return;
            }
            var expected = InterfaceCheck.FindContainer(previous, call);
            if (link.Name != expected.Name)
                throw InterfaceCheck.Failed($"Interface {expected.Name} is not the virtual function {config.Device}", $"That is \"{link.Name}\" in {call.NetNs}.");
            InterfaceCheck.ContainerMac(pod, link, expected);
            if (!link.IsUp)
                throw InterfaceCheck.Failed($"Interface {link.Name} is down", $"ADD set it up in {call.NetNs}.");
            InterfaceCheck.Addresses(pod, link, IpamDelegate.AddressesOf(previous, call));
            InterfaceCheck.ExpectedRoutes(pod, previous.Routes);
        }
        catch (KernelException e)
        {
            throw KernelFailure.Of(e, $"failed to check \"{call.IfName}\"");
        }
    }

    private static void CheckSettings(VirtualFunction now, VirtualFunctionChange wanted)
    {
        // A null is a setting that was not asked for, or that the driver does not tell.
        Compare("vlan", wanted.Vlan, wanted.Vlan is null ? null : now.Vlan);
        Compare("mac", wanted.MacAddress?.ToString(), now.MacAddress.ToString());
        Compare("min_tx_rate and max_tx_rate", wanted.TransmitRate, (now.MinimumTransmitRate, now.MaximumTransmitRate));
        Compare("spoofchk", wanted.SpoofCheck, now.SpoofCheck);
        Compare("trust", wanted.Trust, now.Trust);
        Compare("link_state", wanted.LinkState, now.LinkState);

        void Compare<T>(string key, T wanted, T found)
        {
            if (wanted is not null && found is not null && !wanted.Equals(found))
                throw InterfaceCheck.Failed($"vf {now.Index}: configured {key} is {wanted}, current value is {found}", "It was changed through the physical function.");
        }
    }

    /// <inheritdoc/>
    public void Status(PluginContext context)
    {
        // The virtual function that the kubelet picks for a pod is in the configuration of that pod's ADD only.
        if (context.Config.String("deviceID").Length == 0)
            SriovConfig.ReadSettings(context);
        else
            CheckAvailable(SriovConfig.Read(context).Device);
        if (context.HasIpam)
            context.InvokeIpam(CniVerb.Status);
    }

    private void CheckAvailable(PciAddress device)
    {
        try
        {
            FindPhysical(device);
            string owner = _files.OwnerOf(device);
            if (owner.Length > 0 && ContainerLink.TryEnter(kernel, owner) is not null)
                throw new CniException(CniErrorCode.PluginNotAvailable, $"pci address {device} is already allocated", $"The namespace {owner} has it.");
            if (owner.Length == 0 && new DeviceFinder(Host, sysfs).OfPci(device) is null)
                RequireUserspaceDriver(device);
        }
        catch (CniException e) when (e.Code == CniErrorCode.Internal)
        {
            throw new CniException(CniErrorCode.PluginNotAvailable, e.Message, e.Details, e);
        }
    }

    /// <inheritdoc/>
    public void Gc(PluginContext context) => InterfaceGarbage.Collect(context, (valid, failures) =>
    {
        var names = new List<string>();
        foreach (var attachment in valid)
            names.Add(SriovFiles.NameOf(attachment.ContainerId, attachment.IfName));
        foreach (string name in _files.Names())
        {
            if (!names.Contains(name) && _files.ReadNamed(name) is { } state && state.Network == context.NetworkName)
                failures.Try($"release the virtual function {state.Device}", () => ReleaseLocked(state, name, "", state.Attachment.IfName));
        }
        failures.Try("forget virtual functions that nobody has", FreeForgotten);
    });

    // The note that a virtual function is taken, by a namespace that is gone, and no state of any network tells of it.
    private void FreeForgotten()
    {
        var known = new List<PciAddress>();
        foreach (string name in _files.Names())
        {
            if (_files.ReadNamed(name) is { } state)
                known.Add(state.Device);
        }
        foreach (var device in _files.Allocated())
        {
            if (known.Contains(device))
                continue;
            using var held = _files.Lock(device);
            if (ContainerLink.TryEnter(kernel, _files.OwnerOf(device)) is null)
                _files.Free(device);
        }
    }
}
