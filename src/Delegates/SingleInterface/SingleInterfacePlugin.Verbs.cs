using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.SingleInterface;

/// <content>DEL, CHECK, STATUS and GC.</content>
internal abstract partial class SingleInterfacePlugin<TConfig>
{
    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        var call = context.Call;
        var failures = new Failures();
        // Neither configuration nor master is looked at: they may be gone, and nothing of theirs has to be undone.
        IpamDelegate.Release(context, failures, () =>
        {
            if (call.NetNs.Length > 0)
                ContainerLink.Delete(kernel, call, previous: null);
            else
                Record.DeleteInterface(context);
        });
        if (failures.IsEmpty)
            failures.Try("remove the record", () => Record.Delete(context));
        failures.ThrowIfAny();
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        var config = Read(context);
        var call = context.Call;
        var container = EnterContainer(call.NetNs);
        if (context.HasIpam)
            context.InvokeIpam(CniVerb.Check);
        var previous = InterfaceCheck.RequirePrevResult(context, $"{Type}: ");
        try
        {
            var expected = InterfaceCheck.FindContainer(previous, call);
            var link = InterfaceCheck.Container(container, expected, Kind, Type);
            if (!link.IsUp)
                throw InterfaceCheck.Failed($"Interface {link.Name} is down", $"ADD set it up in {call.NetNs}.");
            // The result of CNI 1.1.0 tells the MTU that the whole chain has left; older ones do not.
            int mtu = expected.Mtu > 0 ? expected.Mtu : config.Mtu;
            if (mtu > 0 && mtu != link.Mtu)
                throw InterfaceCheck.Failed($"Interface {link.Name} MTU {mtu} doesn't match container MTU: {link.Mtu}");
            CheckMasterOf(context, config, link);
            CheckKind(context, config, link);
            InterfaceCheck.Addresses(container, link, IpamDelegate.AddressesOf(previous, call));
            InterfaceCheck.ExpectedRoutes(container, previous.Routes);
        }
        catch (KernelException e)
        {
            throw KernelFailure.Of(e, $"failed to check \"{call.IfName}\"");
        }
    }

    /// <inheritdoc/>
    public void Status(PluginContext context)
    {
        var config = Read(context);
        Availability.Check(() =>
        {
            // The master in a container that is not there yet cannot be looked for.
            if (config.Master is { InContainer: false } setting)
                CheckMaster(config, setting.Find(kernel.Socket("")));
            CheckAvailable(config);
        });
        if (context.HasIpam)
            context.InvokeIpam(CniVerb.Status);
    }

    /// <inheritdoc/>
    public void Gc(PluginContext context) => InterfaceGarbage.Collect(
        context, (valid, failures) => failures.Try("collect interfaces", () => Record.CollectGarbage(context.NetworkName, valid)));

    /// <summary>Checks a master that was found, for ADD and STATUS.</summary>
    /// <exception cref="CniException">An interface as configured cannot stand on it.</exception>
    protected virtual void CheckMaster(TConfig config, Link master)
    {
    }

    private void CheckMasterOf(PluginContext context, TConfig config, Link link)
    {
        if (config.Master is not { } setting)
            return;
        // The one of ADD, though the default route may lead elsewhere by now.
        if (Record.MasterOf(context) is { Length: > 0 } recorded)
            setting = setting with { Name = recorded };
        var master = setting.Find(setting.InContainer ? EnterContainer(context.Call.NetNs) : kernel.Socket(""));
        // Of a master of the same kind the kernel takes the master below.
        if (link.ParentIndex != master.Index && !(master.Kind == Kind && link.ParentIndex == master.ParentIndex))
            throw InterfaceCheck.Failed($"Interface {link.Name} is not on the master {master.Name}", "The master was deleted and made again, or the interface was.");
    }
}
