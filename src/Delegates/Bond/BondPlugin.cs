using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bond;

/// <summary>
/// The plugin <c>bond</c>: makes one interface of several, which are on the host or were attached to the container before.
/// docs/plugins/bond.md tells keys and differences from the original.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
internal sealed partial class BondPlugin(NodeKernel kernel) : IPlugin
{
    private const string Kind = "bond";
    private const int UsualMtu = 1500;

    private readonly AttachmentRecords _records = new(kernel.RecordsFolder, "bond");

    /// <inheritdoc/>
    public string Type => "bond";

    /// <inheritdoc/>
    public string About => "CNI bond plugin of MultiNet: several interfaces bonded to one";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        var config = BondConfig.Read(context);
        var rollback = new Rollback();
        try
        {
            return Attach(context, config, rollback);
        }
        catch (KernelException e)
        {
            rollback.Run();
            throw KernelFailure.Of(e, $"failed to create bonded link ({config.Name})");
        }
        catch
        {
            rollback.Run();
            throw;
        }
    }

    private CniResult Attach(PluginContext context, BondConfig config, Rollback rollback)
    {
        var call = context.Call;
        var container = ContainerLink.Enter(kernel, call.NetNs);
        if (container.TryGetLink(config.Name, out _))
        {
            throw new CniException(
                CniErrorCode.Internal, $"failed to create bonded link ({config.Name}): it exists already",
                $"The interface \"{config.Name}\" is in {call.NetNs}: ADD was called twice without DEL, or another network made it.");
        }
        var source = config.LinksInContainer ? container : kernel.Socket("");
        var links = FindMembers(source, config, call);
        int mtu = ChooseMtu(config, links);
        var record = new BondRecord(config.Name, [.. Describe(links, !config.LinksInContainer)]);
        rollback.Add(() => _records.Delete(context.NetworkName, call));
        _records.Write(context.NetworkName, call, writer => record.Write(writer, kernel.Namespace(call.NetNs)));

        rollback.Add(() => ReturnMembers(call.NetNs, record));
        var members = config.LinksInContainer ? links : MoveIn(container, links, call);
        var bond = KernelFailure.Describe($"failed to create bonded link ({config.Name})", () => container.LinkAdd(new BondSpec
        {
            Name = config.Name,
            Mtu = mtu,
            MacAddress = config.Mac,
            Group = call.LinkGroup == 0 ? null : call.LinkGroup,
            Bond = config.Settings,
        }));
        // Undone before the members return: the kernel lets them go with the bond.
        rollback.Add(() => container.LinkDelete(bond.Index));
        Enslave(container, bond, members);
        KernelFailure.Describe("failed to set bond link UP", () => container.LinkSet(bond.Index, new LinkChange { Up = true }));

        var assigned = context.HasIpam ? IpamDelegate.Add(context, rollback) : new CniResult();
        bond = container.LinkGet(bond.Index);
        var ips = new List<CniIP>();
        foreach (var ip in assigned.IPs)
            ips.Add(ip with { Interface = 0 });
        var result = new CniResult
        {
            Interfaces =
            [
                new CniInterface { Name = bond.Name, Mac = bond.MacAddress.ToString(), Sandbox = call.NetNs, Mtu = context.CniVersion == CniVersion.Latest ? bond.Mtu : 0 },
            ],
            IPs = ips,
            Routes = assigned.Routes,
            Dns = config.Dns ?? assigned.Dns,
        };
        if (ips.Count > 0)
            new ContainerInterface(kernel, call.NetNs, bond) { ArpNotify = true }.Configure(result);
        return result;
    }

    private static List<Link> FindMembers(RouteSocket source, BondConfig config, CniCall call)
    {
        string place = config.LinksInContainer ? call.NetNs : "the host's namespace";
        var links = new List<Link>(config.Links.Count);
        foreach (string name in config.Links)
        {
            if (!source.TryGetLink(name, out var link))
            {
                throw new CniException(
                    CniErrorCode.Internal, $"failed to confirm that link ({name}) exists, error: Link not found",
                    config.LinksInContainer
                        ? $"There is no such interface in {place}. The attachments that make a bond's members must stand before it in the annotation, with these names as \"interface\"."
                        : $"There is no such interface in {place}: it is another pod's, or was never there. \"linksInContainer\": true takes interfaces of the container.");
            }
            if (link.MasterIndex != 0)
                throw new CniException(CniErrorCode.Internal, $"the link {name} has a master already", $"The interface {name} in {place} belongs to a bridge, bond or VRF.");
            links.Add(link);
        }
        return links;
    }

    // A bond without an MTU of its own would force 1500 upon its members.
    private static int ChooseMtu(BondConfig config, List<Link> links)
    {
        int mtu = UsualMtu;
        foreach (var link in links)
        {
            if (config.Mtu > link.Mtu)
            {
                throw new CniException(
                    CniErrorCode.InvalidNetworkConfig,
                    $"invalid MTU ({config.Mtu}). The requested MTU for bond is bigger than that of the slave link ({link.Name}), slave MTU ({link.Mtu})",
                    "\"mtu\" is at most that of the smallest member.");
            }
            mtu = Math.Min(mtu, link.Mtu);
        }
        return config.Mtu != 0 ? config.Mtu : mtu;
    }

    private static List<BondMember> Describe(List<Link> links, bool fromHost)
    {
        var members = new List<BondMember>(links.Count);
        foreach (var link in links)
            members.Add(BondMember.Of(link, fromHost));
        return members;
    }

    private List<Link> MoveIn(RouteSocket container, List<Link> links, CniCall call)
    {
        var moved = new List<Link>(links.Count);
        foreach (var link in links)
        {
            KernelFailure.Describe(
                $"failed to move link interface \"{link.Name}\" to container netns",
                () => kernel.Socket("").LinkSet(link.Index, new LinkChange { Namespace = kernel.Namespace(call.NetNs), Up = false }));
            moved.Add(container.LinkGet(link.Name));
        }
        return moved;
    }

    private static void Enslave(RouteSocket container, Link bond, List<Link> members)
    {
        var taken = new List<MacAddress>();
        foreach (var member in members)
        {
            KernelFailure.Describe($"failed to attach link ({member.Name}) to the bond", () =>
            {
                // A member joins while it is down; the kernel takes it up itself. Two of one address (VFs, say) would answer for each other.
                bool duplicate = taken.Contains(member.MacAddress);
                var mac = duplicate ? MacAddress.Random() : member.MacAddress;
                container.NewBatch()
                    .LinkSet(member.Index, new LinkChange { Up = false, MacAddress = duplicate ? mac : null })
                    .LinkSet(member.Index, new LinkChange { MasterIndex = bond.Index })
                    .LinkSet(member.Index, new LinkChange { Up = true })
                    .Send();
                taken.Add(mac);
            });
        }
    }
}
