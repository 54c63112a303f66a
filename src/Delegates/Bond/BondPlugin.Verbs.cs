using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bond;

/// <content>DEL, CHECK, STATUS and GC.</content>
internal sealed partial class BondPlugin
{
    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        var call = context.Call;
        var failures = new Failures();
        failures.Try($"release the bond \"{call.IfName}\"", () =>
        {
            var record = _records.Read(context.NetworkName, call) is { } found ? BondRecord.Read(found) : BondRecord.Guess(context);
            string? netns = ContainerLink.TryEnter(kernel, call.NetNs) is null ? null : call.NetNs;
            if (record is not null)
                Release(netns, record);
        });
        failures.Try("release addresses", () =>
        {
            if (context.HasIpam && context.IpamType != Type)
                context.InvokeIpam(CniVerb.Del);
        });
        failures.ThrowIfAny();
        _records.Delete(context.NetworkName, call);
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        var config = BondConfig.Read(context);
        var call = context.Call;
        var container = ContainerLink.Enter(kernel, call.NetNs);
        if (context.HasIpam)
            context.InvokeIpam(CniVerb.Check);
        var previous = InterfaceCheck.RequirePrevResult(context, "bond: ");
        if (!container.TryGetLink(config.Name, out var bond))
            throw InterfaceCheck.Failed($"Interface name {config.Name} not found", $"It is missing in {call.NetNs}.");
        if (bond.Kind != Kind || bond.Bond is not { } settings)
            throw InterfaceCheck.Failed($"Error: Container interface {bond.Name} not of type bond", $"It is of kind \"{bond.Kind}\".");
        if (!bond.IsUp)
            throw InterfaceCheck.Failed($"Interface {bond.Name} is down", $"ADD set it up in {call.NetNs}.");
        if (settings.Mode != config.Settings.Mode)
            throw InterfaceCheck.Failed($"the bond {bond.Name} has the mode {settings.Mode}", $"ADD gave it {config.Settings.Mode}.");
        if (config.Mtu != 0 && bond.Mtu != config.Mtu)
            throw InterfaceCheck.Failed($"the bond {bond.Name} has the MTU {bond.Mtu}", $"ADD gave it {config.Mtu}.");
        foreach (string name in config.Links)
        {
            if (!container.TryGetLink(name, out var member) || member.MasterIndex != bond.Index)
                throw InterfaceCheck.Failed($"the link {name} is no member of the bond {bond.Name}", $"ADD made it one in {call.NetNs}.");
        }
        // With failOverMac 1 the bond's address is that of whichever member is active.
        foreach (var item in previous.Interfaces)
        {
            if (item.Name == bond.Name && item.Sandbox.Length > 0 && item.Mac.Length > 0 && settings.FailOverMac == BondFailOverMac.None && item.Mac != bond.MacAddress.ToString())
                throw InterfaceCheck.Failed($"Interface {bond.Name} Mac {item.Mac} doesn't match container Mac: {bond.MacAddress}");
        }
        InterfaceCheck.Addresses(container, bond, OwnAddresses(previous, bond.Name));
        InterfaceCheck.ExpectedRoutes(container, previous.Routes);
    }

    /// <inheritdoc/>
    public void Status(PluginContext context)
    {
        var config = BondConfig.Read(context);
        foreach (string name in config.LinksInContainer ? [] : config.Links)
        {
            if (!kernel.Socket("").TryGetLink(name, out var link))
                throw new CniException(CniErrorCode.PluginNotAvailable, $"the link {name} is not on the host", "A bond of another pod has it, or it was never there.");
            if (link.MasterIndex != 0)
                throw new CniException(CniErrorCode.PluginNotAvailable, $"the link {name} has a master already", "It belongs to a bridge, bond or VRF of the host.");
        }
        if (context.HasIpam)
            context.InvokeIpam(CniVerb.Status);
    }

    /// <inheritdoc/>
    public void Gc(PluginContext context) => InterfaceGarbage.Collect(context, (valid, failures) =>
    {
        foreach (var record in _records.List(context.NetworkName))
        {
            if (GcAttachments.Contains(valid, record))
                continue;
            failures.Try($"collect the bond of {record.ContainerId}", () =>
            {
                Release(RecordedNamespace.Find(kernel, record.Fields), BondRecord.Read(record));
                _records.Delete(record.Network, record.ContainerId, record.IfName);
            });
        }
    });

    private static List<CniIP> OwnAddresses(CniResult previous, string name)
    {
        var own = new List<CniIP>();
        foreach (var ip in previous.IPs)
        {
            if (ip.Interface is not { } index || (index >= 0 && index < previous.Interfaces.Count && previous.Interfaces[index].Name == name))
                own.Add(ip);
        }
        return own;
    }

    private void Release(string? netns, BondRecord record)
    {
        if (netns is null)
        {
            // Cards that are left in a namespace when it ends come back to the host by themselves, down.
            foreach (var member in record.Members)
            {
                if (member.FromHost && kernel.Socket("").TryGetLink(member.Name, out var link) && link.MasterIndex == 0)
                    member.Restore(kernel.Socket(""), link);
            }
            return;
        }
        var container = kernel.Socket(netns);
        if (container.TryGetLink(record.Name, out var bond) && bond.Kind == Kind)
        {
            try
            {
                container.LinkDelete(bond.Index);
            }
            catch (NetlinkException e) when (e.IsNotFound)
            {
            }
        }
        ReturnMembers(netns, record);
    }

    // The kernel has given them back their addresses and MTUs, and taken them down.
    private void ReturnMembers(string netns, BondRecord record)
    {
        var container = kernel.Socket(netns);
        var host = kernel.Socket("");
        var failures = new Failures();
        foreach (var member in record.Members)
        {
            failures.Try($"release the link \"{member.Name}\"", () =>
            {
                var socket = member.FromHost ? host : container;
                if (member.FromHost && container.TryGetLink(member.Name, out var inside) && inside.MasterIndex == 0)
                    container.LinkSet(inside.Index, new LinkChange { Up = false, Namespace = kernel.Namespace("") });
                if (socket.TryGetLink(member.Name, out var link) && link.MasterIndex == 0)
                    member.Restore(socket, link);
            });
        }
        failures.ThrowIfAny();
    }
}
