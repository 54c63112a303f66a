using MultiNet.Cni;

namespace MultiNet.Meta.Tests.Doubles;

/// <summary>Knows plugins by name and runs none: enough for a plan.</summary>
internal sealed class FakeInvoker : IPluginInvoker
{
    private static readonly string[] s_builtin = ["bridge", "ptp", "host-local", "static", "tuning", "passthru", "loopback", "bond", "vlan"];
    private static readonly string[] s_external = ["calico", "calico-ipam", "portmap", "bandwidth", "macvlan"];

    public CniResult? Invoke(string type, CniCall call) => throw new InvalidOperationException("a plan must run nothing");

    public PluginSource Resolve(string type, IReadOnlyList<string> path)
    {
        if (s_builtin.Contains(type))
            return new PluginSource(type, null);
        if (s_external.Contains(type))
            return new PluginSource(type, "/opt/cni/bin/" + type);
        throw new CniException(CniErrorCode.InvalidNetworkConfig, $"failed to find plugin \"{type}\" in path [{string.Join(' ', path)}]");
    }
}
