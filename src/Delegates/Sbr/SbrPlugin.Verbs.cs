using System.Net;
using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Sbr;

/// <content>DEL, CHECK, STATUS and GC.</content>
internal sealed partial class SbrPlugin
{
    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        var call = context.Call;
        var failures = new Failures();
        var record = _records.Read(context.NetworkName, call);
        failures.Try("remove source based routing", () =>
        {
            if (ContainerLink.TryEnter(kernel, call.NetNs) is not { } socket)
                return;
            if (record is not null)
                Undo(socket, record, call.IfName);
            else
                UndoUnrecorded(context, socket);
        });
        failures.ThrowIfAny();
        _records.Delete(context.NetworkName, call);
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        var config = SbrConfig.Read(context);
        var call = context.Call;
        var previous = InterfaceCheck.RequirePrevResult(context, "sbr: ");
        var socket = ContainerLink.Enter(kernel, call.NetNs);
        var rules = socket.RuleList();
        if (_records.Read(context.NetworkName, call) is not { } record)
        {
            CheckUnrecorded(socket, rules, config, AddressesOf(previous, call.IfName));
            return;
        }
        var routing = SbrRecord.Read(record);
        foreach (var rule in routing.Rules)
        {
            if (!Find(rules, rule))
                throw InterfaceCheck.Failed($"sbr: the rule \"{rule}\" not found", $"ADD made it in {call.NetNs}.");
        }
        if (routing.Tabled.Count + routing.Hints.Count == 0)
            return;
        var routes = socket.RouteList(new RouteFilter { Table = null });
        foreach (var expected in (IEnumerable<Route>)[.. routing.Tabled, .. routing.Hints])
        {
            if (!Holds(routes, expected))
                throw InterfaceCheck.Failed($"sbr: the route \"{expected}\" not found in table {expected.Table}", $"ADD made it in {call.NetNs}.");
        }
    }

    /// <inheritdoc/>
    public void Status(PluginContext context) => SbrConfig.Read(context);

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
            failures.Try($"collect source based routing of {record.ContainerId}", () =>
            {
                if (RecordedNamespace.Find(kernel, record.Fields) is { } path)
                    Undo(kernel.Socket(path), record, record.IfName);
                _records.Delete(record.Network, record.ContainerId, record.IfName);
            });
        }
        failures.ThrowIfAny();
    }

    // Rules name addresses and stay when the interface goes; routes go with it.
    private static void Undo(RouteSocket socket, AttachmentRecord record, string ifName)
    {
        var routing = SbrRecord.Read(record);
        foreach (var rule in routing.Rules)
            DeleteRule(socket, rule);
        if (!socket.TryGetLink(ifName, out var link) || link.Index != SbrRecord.LinkIndex(record))
            return;
        foreach (var route in (IEnumerable<Route>)[.. routing.Hints, .. routing.Tabled])
            DeleteRoute(socket, route);
        Restore(socket, routing.Removed);
    }

    // Attached by the reference, or by nobody: it has rules from the addresses, which are the interface's and the previous result's.
    private static void UndoUnrecorded(PluginContext context, RouteSocket socket)
    {
        uint? table;
        IReadOnlyList<CniIP> assigned;
        try
        {
            table = SbrConfig.ReadTable(context.Config);
            assigned = IpamDelegate.AddressesOf(context.PrevResult, context.Call);
        }
        catch (CniException)
        {
            // With this configuration nobody attached anything.
            return;
        }
        var addresses = new HashSet<IPAddress>();
        if (socket.TryGetLink(context.Call.IfName, out var link))
        {
            foreach (var address in socket.AddressList(link.Index))
                addresses.Add(address.Local);
        }
        foreach (var ip in assigned)
            addresses.Add(ip.Address.Address);
        foreach (var rule in socket.RuleList())
        {
            if (rule.Source is { } source && source.PrefixLength == IPPrefix.Host(source.BaseAddress).Length && addresses.Contains(source.BaseAddress)
                && (table is null ? rule.Table >= FirstTable : rule.Table == table))
            {
                DeleteRule(socket, rule);
            }
        }
    }

    private static void CheckUnrecorded(RouteSocket socket, IReadOnlyList<Rule> rules, SbrConfig config, List<CniIP> addresses)
    {
        foreach (var ip in addresses)
        {
            Rule? found = null;
            foreach (var rule in rules)
            {
                if (rule.Source.Equals(Routes.ToNetwork(IPPrefix.Host(ip.Address.Address))) && (config.Table is null || rule.Table == config.Table))
                    found ??= rule;
            }
            if (found is null)
                throw InterfaceCheck.Failed($"sbr: no rule from {IPText.Format(ip.Address.Address)} found", "ADD makes one for each address of the interface.");
            if (config.Table is null && socket.RouteList(new RouteFilter { Table = found.Table, Family = found.Family }).Count == 0)
                throw InterfaceCheck.Failed($"sbr: table {found.Table} is empty", $"The rule from {IPText.Format(ip.Address.Address)} leads to it.");
        }
    }

    private static bool Holds(IReadOnlyList<Route> routes, Route expected)
    {
        foreach (var route in routes)
        {
            if (route.Table == expected.Table && route.Destination.Equals(expected.Destination) && route.LinkIndex == expected.LinkIndex
                && Equals(route.Gateway, expected.Gateway) && (expected.Source is null || expected.Source.Equals(route.Source)))
            {
                return true;
            }
        }
        return false;
    }

    private static void DeleteRule(RouteSocket socket, Rule rule)
    {
        try
        {
            socket.RuleDelete(rule);
        }
        catch (NetlinkException e) when (e.IsNotFound)
        {
        }
    }

    private static void DeleteRoute(RouteSocket socket, Route route)
    {
        try
        {
            socket.RouteDelete(route);
        }
        catch (NetlinkException e) when (e.IsNotFound)
        {
        }
    }

    // Those on the link first: gateways are found by them. One that cannot be had again, because interface, address or gateway are gone or
    // down by now, has nobody who misses it.
    private static void Restore(RouteSocket socket, IReadOnlyList<Route> routes)
    {
        foreach (bool onLink in (ReadOnlySpan<bool>)[true, false])
        {
            foreach (var route in routes)
            {
                if (onLink != (route.Gateway is null && route.NextHops is null))
                    continue;
                try
                {
                    // IPv6: beside another network's route to the same destination, as it was.
                    bool ipv6 = route.Destination.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6;
                    socket.RouteAdd(route, ipv6 && !onLink ? RouteAddMode.Beside : RouteAddMode.Exclusive);
                }
                catch (NetlinkException e) when (e.IsExists || e.IsNotFound || e.ErrnoName is "EINVAL" or "ENETUNREACH" or "EHOSTUNREACH" or "ENETDOWN")
                {
                }
            }
        }
    }
}
