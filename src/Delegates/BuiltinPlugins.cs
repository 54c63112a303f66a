using System.Diagnostics.CodeAnalysis;
using MultiNet.Cni;
using MultiNet.Delegates.Bandwidth;
using MultiNet.Delegates.Bond;
using MultiNet.Delegates.Bridge;
using MultiNet.Delegates.Devices;
using MultiNet.Delegates.Dummy;
using MultiNet.Delegates.Firewall;
using MultiNet.Delegates.HostDevice;
using MultiNet.Delegates.Ipam.Dhcp;
using MultiNet.Delegates.Ipam.HostLocal;
using MultiNet.Delegates.Ipam.Static;
using MultiNet.Delegates.Ipvlan;
using MultiNet.Delegates.Loopback;
using MultiNet.Delegates.Macvlan;
using MultiNet.Delegates.Passthru;
using MultiNet.Delegates.Portmap;
using MultiNet.Delegates.Ptp;
using MultiNet.Delegates.RouteOverride;
using MultiNet.Delegates.Sbr;
using MultiNet.Delegates.Tap;
using MultiNet.Delegates.Sriov;
using MultiNet.Delegates.Tuning;
using MultiNet.Delegates.Vlan;
using MultiNet.Delegates.Vrf;

namespace MultiNet.Delegates;

/// <summary>The plugins that are built in, by type. A new one is one line here and a folder of its own (docs/adding-a-plugin.md).</summary>
public static class BuiltinPlugins
{
    private static readonly (string Type, Func<NodeKernel, IPlugin> Make)[] s_plugins =
    [
        ("bandwidth", static kernel => new BandwidthPlugin(kernel)),
        ("bond", static kernel => new BondPlugin(kernel)),
        ("bridge", static kernel => new BridgePlugin(kernel)),
        ("dhcp", static _ => new DhcpPlugin()),
        ("dummy", static kernel => new DummyPlugin(kernel)),
        ("firewall", static kernel => new FirewallPlugin(kernel)),
        ("host-device", static kernel => new HostDevicePlugin(kernel, new Sysfs())),
        ("host-local", static _ => new HostLocalPlugin()),
        ("ipvlan", static kernel => new IpvlanPlugin(kernel)),
        ("loopback", static kernel => new LoopbackPlugin(kernel)),
        ("macvlan", static kernel => new MacvlanPlugin(kernel)),
        ("passthru", static _ => new PassthruPlugin()),
        ("portmap", static kernel => new PortmapPlugin(kernel)),
        ("ptp", static kernel => new PtpPlugin(kernel)),
        ("route-override", static kernel => new RouteOverridePlugin(kernel)),
        ("sbr", static kernel => new SbrPlugin(kernel)),
        ("sriov", static kernel => new SriovPlugin(kernel, new Sysfs())),
        ("static", static _ => new StaticPlugin()),
        ("tap", static kernel => new TapPlugin(kernel)),
        ("tuning", static kernel => new TuningPlugin(kernel)),
        ("vlan", static kernel => new VlanPlugin(kernel)),
        ("vrf", static kernel => new VrfPlugin(kernel)),
    ];

    /// <summary>The types, in alphabetical order: also the names of the executables that <c>multinet install</c> links.</summary>
    public static IReadOnlyList<string> Types
    {
        get
        {
            var types = new string[s_plugins.Length];
            for (int i = 0; i < types.Length; i++)
                types[i] = s_plugins[i].Type;
            return types;
        }
    }

    /// <summary>Is a plugin of this type built in? Types are case-sensitive, as file names are.</summary>
    public static bool Contains(string type)
    {
        foreach (var (known, _) in s_plugins)
        {
            if (known == type)
                return true;
        }
        return false;
    }

    /// <summary>Makes a plugin for one call.</summary>
    /// <param name="type">The type.</param>
    /// <param name="kernel">The kernel in which it works; the caller keeps and disposes it.</param>
    /// <param name="plugin">The plugin, which must be used by the thread that owns the kernel.</param>
    /// <returns>False where no such plugin is built in.</returns>
    public static bool TryCreate(string type, NodeKernel kernel, [NotNullWhen(true)] out IPlugin? plugin)
    {
        foreach (var (known, make) in s_plugins)
        {
            if (known == type)
            {
                plugin = make(kernel);
                return true;
            }
        }
        plugin = null;
        return false;
    }
}
