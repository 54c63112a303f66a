using System.Text;
using MultiNet.Cni;

namespace MultiNet.Delegates.Tests.Ipam;

/// <summary>Calls an IPAM plugin as the host does, with everything that is not under test filled in.</summary>
internal static class IpamCall
{
    public static CniResult Add(IPlugin plugin, string config, string id = "c1", string ifName = "eth0", string args = "") =>
        Run(plugin, CniVerb.Add, config, id, ifName, args)!;

    public static void Del(IPlugin plugin, string config, string id = "c1", string ifName = "eth0") =>
        Run(plugin, CniVerb.Del, config, id, ifName, "");

    public static void Check(IPlugin plugin, string config, string id = "c1", string ifName = "eth0") =>
        Run(plugin, CniVerb.Check, config, id, ifName, "");

    public static void Status(IPlugin plugin, string config) => Run(plugin, CniVerb.Status, config, "", "", "");

    public static void Gc(IPlugin plugin, string config) => Run(plugin, CniVerb.Gc, config, "", "", "");

    public static CniException AddFails(IPlugin plugin, string config, string id = "c1", string args = "") =>
        Assert.Throws<CniException>(() => Add(plugin, config, id, args: args));

    public static CniResult? Run(IPlugin plugin, CniVerb verb, string config, string id, string ifName, string args)
    {
        // Not a namespace: IPAM does not enter it. PluginHost's check of CNI_NETNS is not what is tested here.
        var call = new CniCall
        {
            Verb = verb,
            ContainerId = id,
            IfName = ifName,
            NetNs = "/run/netns/none",
            Args = args,
            Path = ["/opt/cni/bin"],
            Config = Encoding.UTF8.GetBytes(config),
        };
        return PluginHost.Invoke(plugin, call, new NoInvoker());
    }

    private sealed class NoInvoker : IPluginInvoker
    {
        public CniResult? Invoke(string type, CniCall call) => throw new InvalidOperationException($"IPAM delegates to nobody, not to {type}");

        public PluginSource Resolve(string type, IReadOnlyList<string> path) => throw new InvalidOperationException(type);
    }
}
