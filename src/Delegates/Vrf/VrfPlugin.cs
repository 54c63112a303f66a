using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Vrf;

/// <summary>
/// The plugin <c>vrf</c>: puts the container's interface into a VRF, a routing domain of its own. Several interfaces may be in one.
/// docs/plugins/vrf.md tells keys and differences from the reference.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
internal sealed partial class VrfPlugin(NodeKernel kernel) : IPlugin
{
    private const string Kind = "vrf";
    private const uint FirstTable = 1;
    private const string Failed = "cmdAdd failed: ";

    private static readonly TimeSpan s_lockTimeout = TimeSpan.FromSeconds(30);

    private readonly AttachmentRecords _records = new(kernel.RecordsFolder, "vrf");

    /// <inheritdoc/>
    public string Type => "vrf";

    /// <inheritdoc/>
    public string About => "CNI vrf plugin of MultiNet: the container's interface in a routing domain of its own";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => ["0.3.1", "0.4.0", "1.0.0", "1.1.0"];

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        var config = VrfConfig.Read(context);
        var call = context.Call;
        var previous = context.PrevResult ?? throw MissingPrevResult();
        var socket = ContainerLink.Enter(kernel, call.NetNs);
        var container = kernel.Namespace(call.NetNs);
        // Two attachments of a pod may run side by side, and both look for a free table, or make one and the same VRF.
        using var held = KernelFailure.Describe($"{Failed}failed to lock the network namespace", () => container.Lock(s_lockTimeout));
        var vrf = FindVrf(socket, config.Name);
        if (vrf is not null && config.Table != 0 && vrf.VrfTable != config.Table)
        {
            throw Refused(
                $"VRF {config.Name} already exist with different routing table {vrf.VrfTable}",
                $"Another attachment of this pod made it. The configuration says \"table\": {config.Table}: leave it out, or choose the same everywhere.");
        }
        var link = FindFree(socket, call);
        var port = new VrfPort(socket, link);
        uint table = vrf?.VrfTable ?? (config.Table != 0 ? config.Table : KernelFailure.Describe(
            $"{Failed}failed to find a free routing table", () => RoutingTables.FindFree(socket, FirstTable, 1)[0]));
        var record = KernelFailure.Describe(
            $"{Failed}failed getting all routes for {call.IfName}",
            () => new VrfRecord(link.Index, config.Name, table, port.GlobalAddresses(), port.RoutesIn(RouteTable.Main)));
        var rollback = new Rollback();
        rollback.Add(() => _records.Delete(context.NetworkName, call));
        _records.Write(context.NetworkName, call, writer => record.Write(writer, container));
        try
        {
            vrf = vrf is null ? Create(socket, config.Name, table, call.LinkGroup, rollback) : EnsureUp(socket, vrf);
            rollback.Add(() => port.Move(0, RouteTable.Main, record.Addresses, record.Routes));
            KernelFailure.Describe(
                $"{Failed}could not set vrf {config.Name} as master of {call.IfName}", () => port.Move(vrf.Index, table, record.Addresses, record.Routes));
        }
        catch
        {
            rollback.Run();
            throw;
        }
        return previous;
    }

    private static CniException MissingPrevResult() => new(
        CniErrorCode.InvalidNetworkConfig, "missing prevResult from earlier plugin",
        "vrf works on the interface that an earlier plugin of the chain makes: it must stand behind one in \"plugins\".");

    private static CniException Refused(string message, string details = "") => new(CniErrorCode.Internal, Failed + message, details);

    private static Link? FindVrf(RouteSocket socket, string name)
    {
        if (!socket.TryGetLink(name, out var link))
            return null;
        return link.Kind == Kind ? link : throw Refused(
            $"Netlink {name} is not a VRF", $"The interface {name} is there, and of kind \"{link.Kind}\". Choose another \"vrfname\".");
    }

    private static Link FindFree(RouteSocket socket, CniCall call)
    {
        if (!socket.TryGetLink(call.IfName, out var link))
            throw Refused($"could not get link by name {call.IfName}", $"There is no such interface in {call.NetNs}.");
        if (link.MasterIndex == 0)
            return link;
        string master = socket.TryGetLink(link.MasterIndex, out var found) ? found.Name : link.MasterIndex.ToString(System.Globalization.CultureInfo.InvariantCulture);
        throw Refused($"interface {call.IfName} has already a master set: {master}", "An interface has one master: a VRF, a bond or a bridge.");
    }

    private static Link Create(RouteSocket socket, string name, uint table, uint group, Rollback rollback)
    {
        var vrf = KernelFailure.Describe($"{Failed}could not add VRF {name}", () => socket.LinkAdd(new VrfSpec
        {
            Name = name,
            Table = table,
            Group = group == 0 ? null : group,
        }));
        rollback.Add(() => socket.LinkDelete(vrf.Index));
        return EnsureUp(socket, vrf);
    }

    private static Link EnsureUp(RouteSocket socket, Link vrf)
    {
        if (!vrf.IsUp)
            KernelFailure.Describe($"{Failed}could not set link up for VRF {vrf.Name}", () => socket.LinkSet(vrf.Index, new LinkChange { Up = true }));
        return vrf;
    }
}
