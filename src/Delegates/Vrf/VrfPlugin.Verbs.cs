using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Vrf;

/// <content>DEL, CHECK, STATUS and GC.</content>
internal sealed partial class VrfPlugin
{
    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        var call = context.Call;
        var failures = new Failures();
        failures.Try($"take \"{call.IfName}\" out of its VRF", () =>
        {
            if (ContainerLink.TryEnter(kernel, call.NetNs) is null)
                return;
            if (_records.Read(context.NetworkName, call) is { } record)
                Release(call.NetNs, call.IfName, VrfRecord.Read(record));
            else if (Name(context) is { Length: > 0 } name)
                Release(call.NetNs, call.IfName, new VrfRecord(0, name, 0, [], []));
        });
        failures.ThrowIfAny();
        _records.Delete(context.NetworkName, call);
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        var config = VrfConfig.Read(context);
        var call = context.Call;
        if (context.PrevResult is null)
            throw MissingPrevResult();
        var socket = ContainerLink.Enter(kernel, call.NetNs);
        if (!socket.TryGetLink(config.Name, out var vrf))
            throw InterfaceCheck.Failed($"VRF {config.Name} not found", $"ADD made it in {call.NetNs}.");
        if (vrf.Kind != Kind)
            throw InterfaceCheck.Failed($"Netlink {config.Name} is not a VRF");
        if (!socket.TryGetLink(call.IfName, out var link) || link.MasterIndex != vrf.Index)
            throw InterfaceCheck.Failed($"failed to find {call.IfName} associated to vrf {config.Name}", $"ADD put it there in {call.NetNs}.");
        if (!vrf.IsUp)
            throw InterfaceCheck.Failed($"VRF {config.Name} is down");
        if (config.Table != 0 && vrf.VrfTable != config.Table)
            throw InterfaceCheck.Failed($"VRF {config.Name} already exist with different routing table {vrf.VrfTable}", $"The configuration says {config.Table}.");
        if (_records.Read(context.NetworkName, call) is { } record)
            CheckRecorded(socket, link, vrf, VrfRecord.Read(record));
    }

    /// <inheritdoc/>
    public void Status(PluginContext context) => VrfConfig.Read(context);

    /// <inheritdoc/>
    public void Gc(PluginContext context)
    {
        if (!context.HasValidAttachments)
            return;
        var valid = context.ValidAttachments;
        var failures = new Failures();
        foreach (var record in _records.List(context.NetworkName))
        {
            if (GcAttachments.Contains(valid, record))
                continue;
            failures.Try($"collect the VRF of {record.ContainerId}", () =>
            {
                if (RecordedNamespace.Find(kernel, record.Fields) is { } path)
                    Release(path, record.IfName, VrfRecord.Read(record));
                _records.Delete(record.Network, record.ContainerId, record.IfName);
            });
        }
        failures.ThrowIfAny();
    }

    // A configuration that ADD refuses has made nothing.
    private static string Name(PluginContext context)
    {
        try
        {
            return VrfConfig.Read(context).Name;
        }
        catch (CniException)
        {
            return "";
        }
    }

    private void Release(string netns, string ifName, VrfRecord record)
    {
        var socket = kernel.Socket(netns);
        using var held = kernel.Namespace(netns).Lock(s_lockTimeout);
        if (!socket.TryGetLink(record.Vrf, out var vrf) || vrf.Kind != Kind)
            return;
        bool there = socket.TryGetLink(ifName, out var link);
        if (there && link!.MasterIndex == vrf.Index)
            TakeOut(socket, link, vrf, record, new VrfPort(socket, link).GlobalAddresses());
        else if (vrf.VrfTable != record.Table)
            return;
        else if (there && link!.MasterIndex == 0 && link.Index == record.LinkIndex)
            // An earlier DEL took it out and failed after that.
            TakeOut(socket, link, vrf, record, record.Addresses);
        // The interface may be gone by now; the VRF of the last one goes all the same. One that this attachment was never in, stays:
        // where nothing is recorded the table is 0, which no VRF has.
        foreach (var other in socket.LinkList())
        {
            if (other.MasterIndex == vrf.Index)
                return;
        }
        try
        {
            socket.LinkDelete(vrf.Index);
        }
        catch (NetlinkException e) when (e.IsNotFound)
        {
        }
    }

    private static void TakeOut(RouteSocket socket, Link link, Link vrf, VrfRecord record, IReadOnlyList<IPPrefix> addresses)
    {
        // What others have put into the VRF's table meanwhile is not this attachment's; it ends with the interface there.
        bool own = link.Index == record.LinkIndex && vrf.VrfTable == record.Table;
        try
        {
            new VrfPort(socket, link).Move(0, RouteTable.Main, addresses, own ? record.Routes : []);
        }
        catch (NetlinkException e) when (e.IsNotFound || e.ErrnoName is "EINVAL" or "ENETUNREACH" or "EHOSTUNREACH" or "ENETDOWN")
        {
            // Out it is; a route whose address or gateway is gone has nobody who misses it.
            if (socket.TryGetLink(link.Index, out var now) && now.MasterIndex == vrf.Index)
                throw;
        }
    }

    private static void CheckRecorded(RouteSocket socket, Link link, Link vrf, VrfRecord record)
    {
        if (vrf.VrfTable != record.Table)
            throw InterfaceCheck.Failed($"VRF {vrf.Name} has the routing table {vrf.VrfTable}", $"ADD gave it {record.Table}.");
        var addresses = new VrfPort(socket, link).GlobalAddresses();
        foreach (var address in record.Addresses)
        {
            if (!addresses.Contains(address))
                throw InterfaceCheck.Failed($"Failed to match addr {address} on interface {link.Name}");
        }
        var routes = socket.RouteList(new RouteFilter { Table = record.Table, LinkIndex = link.Index });
        foreach (var expected in record.Routes)
        {
            bool found = false;
            foreach (var route in routes)
                found |= route.Destination.Equals(expected.Destination) && Equals(route.Gateway, expected.Gateway);
            // The pod's default route may be another network's: that is decided above this plugin.
            if (!found && !expected.IsDefault)
                throw InterfaceCheck.Failed($"Expected Route {expected.Destination} not found in table {record.Table}", $"ADD moved it to the table of VRF {vrf.Name}.");
        }
    }
}
