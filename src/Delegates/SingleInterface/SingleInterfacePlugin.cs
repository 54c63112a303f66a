using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;

namespace MultiNet.Delegates.SingleInterface;

/// <summary>
/// What the plugins macvlan, ipvlan, vlan, dummy and tap have in common: each makes one interface in the container, gives it what IPAM
/// assigned, and has no other state. In the reference each has a copy of this, with mistakes of its own.
/// </summary>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
/// <param name="kernel">The kernel; the caller disposes it.</param>
internal abstract partial class SingleInterfacePlugin<TConfig>(NodeKernel kernel) : IPlugin
    where TConfig : SingleInterfaceConfig
{
    // The place of the interface in the result.
    private const int Index = 0;

    /// <inheritdoc/>
    public abstract string Type { get; }

    /// <inheritdoc/>
    public abstract string About { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    /// <summary>The kernel's name of the interface's kind.</summary>
    protected virtual string Kind => Type;

    /// <summary>Is <c>arp_notify</c> set, so that neighbours learn of the address at once?</summary>
    protected virtual bool ArpNotify => false;

    /// <summary>The same for IPv6: <c>ndisc_notify</c>.</summary>
    protected virtual bool NdiscNotify => false;

    /// <summary>The kernel.</summary>
    protected NodeKernel Kernel => kernel;

    private SingleInterfaceRecord Record => new(kernel, Type, Kind);

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        var config = Read(context);
        // Read here, so that a key of another type is refused before anything is looked at.
        _ = context.HasIpam;
        var rollback = new Rollback();
        try
        {
            return Attach(context, config, rollback);
        }
        catch (KernelException e)
        {
            rollback.Run();
            throw KernelFailure.Of(e, $"failed to create {Type}");
        }
        catch
        {
            rollback.Run();
            throw;
        }
    }

    /// <summary>Reads the configuration. Nothing is touched.</summary>
    protected abstract TConfig Read(PluginContext context);

    /// <summary>The interface to be made: name and what only this kind has. MTU, address, group and master are filled in here.</summary>
    protected abstract LinkSpec Describe(TConfig config, string name);

    /// <summary>Looks at what else the configuration names, before anything is made.</summary>
    /// <exception cref="CniException">It is not there.</exception>
    protected virtual void Prepare(PluginContext context, TConfig config)
    {
    }

    /// <summary>Makes the interface; down.</summary>
    protected virtual Link Create(PluginContext context, TConfig config, Link? master)
    {
        var call = context.Call;
        var creation = new InterfaceCreation(kernel, call.NetNs, Type);
        var spec = Describe(config, call.IfName) with
        {
            MacAddress = config.Mac,
            Mtu = config.Mtu == 0 ? null : config.Mtu,
            Group = call.LinkGroup == 0 ? null : call.LinkGroup,
            ParentIndex = master?.Index,
        };
        return config.Master is { InContainer: false } ? creation.OnHost(spec) : creation.InContainer(spec);
    }

    /// <summary>What the interface gets where there is no IPAM plugin; null for nothing (layer 2).</summary>
    protected virtual CniResult? Inherit(PluginContext context) => null;

    /// <summary>Is the interface of this kind as the configuration says?</summary>
    /// <exception cref="CniException">It is not.</exception>
    protected virtual void CheckKind(PluginContext context, TConfig config, Link link)
    {
    }

    /// <summary>Could an ADD be served, apart from master and IPAM?</summary>
    /// <exception cref="CniException">Code 50: it could not.</exception>
    protected virtual void CheckAvailable(TConfig config)
    {
    }

    /// <summary>The socket inside the container's namespace.</summary>
    /// <exception cref="CniException">There is no namespace.</exception>
    protected RouteSocket EnterContainer(string netns)
    {
        try
        {
            return kernel.Socket(netns);
        }
        catch (KernelException e)
        {
            throw KernelFailure.NetNs(e, netns);
        }
    }

    private CniResult Attach(PluginContext context, TConfig config, Rollback rollback)
    {
        var call = context.Call;
        var container = EnterContainer(call.NetNs);
        Link? master = FindMaster(config, call.NetNs);
        Prepare(context, config);
        // Before anything is noted: the record is that of the attachment that is there.
        new InterfaceCreation(kernel, call.NetNs, Type).CheckName(call.IfName);

        Record.Write(context, master?.Name ?? "", rollback);
        // Until it is made nothing of this name is there, then it is the one that was made.
        rollback.Add(() => ContainerLink.Delete(kernel, call, previous: null));
        var link = Create(context, config, master);
        // After the interface: DHCP needs it.
        var assigned = (context.HasIpam ? IpamDelegate.Add(context, rollback) : Inherit(context)) ?? new CniResult();
        var ips = new List<CniIP>(assigned.IPs.Count);
        foreach (var ip in assigned.IPs)
            ips.Add(ip with { Interface = Index });
        var result = new CniResult
        {
            Interfaces =
            [
                new CniInterface
                {
                    Name = link.Name,
                    Mac = link.MacAddress.ToString(),
                    Sandbox = call.NetNs,
                    Mtu = context.CniVersion == CniVersion.Latest ? link.Mtu : 0,
                },
            ],
            IPs = ips,
            Routes = assigned.Routes,
            Dns = config.Dns ?? assigned.Dns,
        };
        new ContainerInterface(kernel, call.NetNs, link)
        {
            DuplicateDetection = config.EnableDad,
            ArpNotify = ArpNotify,
            NdiscNotify = NdiscNotify,
        }.Configure(result);
        return result;
    }

    private Link? FindMaster(TConfig config, string netns)
    {
        if (config.Master is not { } setting)
            return null;
        var master = setting.Find(setting.InContainer ? EnterContainer(netns) : kernel.Socket(""));
        CheckMaster(config, master);
        return master;
    }
}
