using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.Masquerade;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Ptp;

/// <content>DEL, CHECK, STATUS and GC.</content>
internal sealed partial class PtpPlugin
{
    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        var call = context.Call;
        var failures = new Failures();
        // Each step stands alone and reads what it needs itself: one broken key, or something gone, must not stop the others.
        CniResult? previous = null;
        failures.Try("read prevResult", () => previous = context.PrevResult);
        HostRules? rules = null;
        failures.Try("read what ADD recorded", () => rules = HostRules.Of(kernel.Records(Type), context));
        var masquerade = new AttachmentMasquerade(kernel, _masquerade, context);
        // Rules before the link: the kernel tidies them up while it deletes the link, for which it takes its time.
        failures.Try("remove masquerading", () => masquerade.TearDown(rules is null ? MasqueradeBackend.Default : rules.Masquerade, previous));
        IpamDelegate.Release(context, failures, () => ContainerLink.Delete(kernel, call, previous));
        // Until everything is released, the next DEL needs to know.
        if (failures.IsEmpty)
            failures.Try("remove the record", () => kernel.Records(Type).Delete(context.NetworkName, call));
        failures.ThrowIfAny();
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        var config = PtpConfig.Read(context);
        var call = context.Call;
        var socket = EnterContainer(call.NetNs);
        context.InvokeIpam(CniVerb.Check);
        var previous = InterfaceCheck.RequirePrevResult(context, "ptp: ");
        try
        {
            var container = InterfaceCheck.ContainerVeth(socket, InterfaceCheck.FindContainer(previous, call));
            if (!container.IsUp)
                throw InterfaceCheck.Failed($"Interface {container.Name} is down", $"ADD set it up in {call.NetNs}.");
            var own = IpamDelegate.AddressesOf(previous, call);
            InterfaceCheck.Addresses(socket, container, own);
            InterfaceCheck.ExpectedRoutes(socket, previous.Routes);
            CheckHost(container, own, previous);
            if (config.Masquerade.Enabled && own.Count > 0)
                _masquerade.Check(config.Masquerade.Backend, new MasqueradeNames(context.NetworkName, call.ContainerId, call.IfName), AddressesOf(own));
        }
        catch (KernelException e)
        {
            throw KernelFailure.Of(e, $"failed to check \"{call.IfName}\"");
        }
    }

    /// <inheritdoc/>
    public void Status(PluginContext context)
    {
        var config = PtpConfig.Read(context);
        if (config.Masquerade.Enabled)
            _masquerade.CheckAvailable(config.Masquerade.Backend);
        context.InvokeIpam(CniVerb.Status);
    }

    /// <inheritdoc/>
    public void Gc(PluginContext context) => InterfaceGarbage.Collect(
        context, (valid, failures) => failures.Try("collect masquerading rules", () => CollectRules(context, valid)));

    private void CollectRules(PluginContext context, IReadOnlyList<GcAttachment> valid)
    {
        var records = kernel.Records(Type);
        var stale = HostRules.Stale(records, context.NetworkName, valid);
        _masquerade.CollectGarbage(stale.Count > 0 || MasqueradeConfig.Read(context.Config).Enabled, context.NetworkName, valid);
        foreach (var record in stale)
            records.Delete(record.Network, record.ContainerId, record.IfName);
    }

    // The reference does not look at the host's side.
    private void CheckHost(Link container, IReadOnlyList<CniIP> own, CniResult previous)
    {
        var host = InterfaceCheck.HostVeth(Host, container, previous)
            ?? throw InterfaceCheck.Failed("ptp: the host's end of the veth pair was not found", $"No interface of prevResult is the other end of {container.Name}.");
        if (!host.IsUp)
            throw InterfaceCheck.Failed($"Interface {host.Name} is down");
        var gateways = new List<CniIP>();
        var routes = new List<CniRoute>();
        foreach (var ip in own)
        {
            routes.Add(new CniRoute { Dst = IPPrefix.Host(ip.Address.Address) });
            if (ip.Gateway is { } gateway)
                gateways.Add(new CniIP { Address = IPPrefix.Host(gateway) });
            HostSysctl.CheckForwarding(ip.Address.IsIPv4);
        }
        InterfaceCheck.Addresses(Host, host, gateways);
        InterfaceCheck.ExpectedRoutes(Host, routes);
    }
}
