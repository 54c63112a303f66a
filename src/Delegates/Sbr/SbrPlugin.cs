using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Sbr;

/// <summary>
/// The plugin <c>sbr</c>: packets from an address of the container's interface are routed by a table of that address's own, so that the
/// answer leaves by the interface through which the question came. docs/plugins/sbr.md tells keys and differences from the reference.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
internal sealed partial class SbrPlugin(NodeKernel kernel) : IPlugin
{
    private const uint FirstTable = 100;

    private static readonly TimeSpan s_lockTimeout = TimeSpan.FromSeconds(30);

    private readonly AttachmentRecords _records = new(kernel.RecordsFolder, "sbr");

    /// <inheritdoc/>
    public string Type => "sbr";

    /// <inheritdoc/>
    public string About => "CNI sbr plugin of MultiNet: routing by the source address";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        var config = SbrConfig.Read(context);
        var call = context.Call;
        var previous = context.PrevResult ?? throw new CniException(
            CniErrorCode.InvalidNetworkConfig, "This plugin must be called as chained plugin",
            "sbr works on the interface that an earlier plugin of the chain makes: it must stand behind one in \"plugins\".");
        var addresses = AddressesOf(previous, call.IfName);
        var socket = ContainerLink.Enter(kernel, call.NetNs);
        var container = kernel.Namespace(call.NetNs);
        // Two attachments of a pod may run side by side, and both look for free tables.
        using var held = KernelFailure.Describe("failed to lock the network namespace", () => container.Lock(s_lockTimeout));
        if (!socket.TryGetLink(call.IfName, out var link))
        {
            throw new CniException(
                CniErrorCode.Internal, $"Cannot find network interface {call.IfName}: Link not found", $"There is no such interface in {call.NetNs}.");
        }
        var routing = Decide(config, addresses, previous, socket, link);
        RefuseSecondAdd(context, socket);
        var rollback = new Rollback();
        rollback.Add(() => _records.Delete(context.NetworkName, call));
        _records.Write(context.NetworkName, call, writer => SbrRecord.Write(writer, routing, container, link.Index));
        try
        {
            SetUp(socket, routing, config.Table is not null, rollback);
        }
        catch
        {
            rollback.Run();
            throw;
        }
        return previous;
    }

    // An address without interface, or with an index beyond the list, is this one's, as in the reference. That goes on where none is left: then
    // it only deletes routes.
    private static List<CniIP> AddressesOf(CniResult previous, string ifName)
    {
        var addresses = new List<CniIP>();
        foreach (var ip in previous.IPs)
        {
            if (ip.Interface is not { } index || index < 0 || index >= previous.Interfaces.Count || previous.Interfaces[index].Name == ifName)
                addresses.Add(ip);
        }
        return addresses.Count > 0 ? addresses : throw new CniException(
            CniErrorCode.InvalidNetworkConfig, $"No IP addresses supplied on interface: {ifName}",
            "sbr routes by the addresses that an earlier plugin of the chain assigned: that one needs an \"ipam\".");
    }

    private static SourceRouting Decide(SbrConfig config, List<CniIP> addresses, CniResult previous, RouteSocket socket, Link link)
    {
        if (config.Table is { } table)
            return SourceRouting.WithTable(addresses, table);
        var tables = KernelFailure.Describe("Failed to list all rules", () => RoutingTables.FindFree(socket, FirstTable, addresses.Count));
        var present = KernelFailure.Describe("Unable to list routes", () => RoutesOf(socket, link));
        return SourceRouting.WithOwnTables(config, addresses, previous.Routes, present, link.Index, tables);
    }

    private static List<Route> RoutesOf(RouteSocket socket, Link link)
    {
        var routes = new List<Route>();
        foreach (var route in socket.RouteList(new RouteFilter { LinkIndex = link.Index }))
        {
            // A route over several interfaces is not this one's alone; but IPv6 shows the routes of one destination and metric as one.
            if (Routes.IsOnlyOver(route, link.Index))
                routes.Add(route);
            else if (route.Destination.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6 && Routes.Over(route, link.Index) is { } part)
                routes.Add(part);
        }
        return routes;
    }

    // Undoing the second one's work, or overwriting its record, would undo the first's. A record whose rules are gone is of a former life.
    private void RefuseSecondAdd(PluginContext context, RouteSocket socket)
    {
        if (_records.Read(context.NetworkName, context.Call) is not { } record || RecordedNamespace.Find(kernel, record.Fields) != context.Call.NetNs)
            return;
        var present = socket.RuleList();
        foreach (var rule in SbrRecord.Read(record).Rules)
        {
            if (Find(present, rule))
            {
                throw new CniException(
                    CniErrorCode.Internal, $"Failed to add rule: {rule} is there already", "ADD was called twice for this interface without DEL. What is there was left as it is.");
            }
        }
    }

    private static void SetUp(RouteSocket socket, SourceRouting routing, bool onlyRules, Rollback rollback)
    {
        foreach (var route in routing.Tabled)
        {
            string what = route is { IsDefault: true, Gateway: { } gateway, Protocol: null }
                ? $"Failed to add default route to {IPText.Format(gateway)}" : "Failed to readd route";
            rollback.Add(() => socket.RouteDelete(route));
            KernelFailure.Describe(what, () => socket.RouteReplace(route));
        }
        foreach (var rule in routing.Rules)
        {
            KernelFailure.Describe(onlyRules ? "failed to add rule" : "Failed to add rule", () => socket.RuleAdd(rule));
            rollback.Add(() => socket.RuleDelete(rule));
        }
        rollback.Add(() => Restore(socket, routing.Removed));
        // Last: a gateway in a table is found by the main table's routes.
        foreach (var route in routing.Removed)
            KernelFailure.Describe("Failed to delete route", () => socket.RouteDelete(route));
        foreach (var hint in routing.Hints)
        {
            rollback.Add(() => socket.RouteDelete(hint));
            KernelFailure.Describe("Failed to add subnet route to main table", () => socket.RouteReplace(hint));
        }
    }

    private static bool Find(IReadOnlyList<Rule> present, Rule wanted)
    {
        foreach (var rule in present)
        {
            if (rule.Family == wanted.Family && rule.Table == wanted.Table && !rule.Invert && rule.Source.Equals(wanted.Source))
                return true;
        }
        return false;
    }
}
