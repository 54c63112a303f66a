using System.Diagnostics.CodeAnalysis;

namespace MultiNet.Validation;

/// <summary>The plugins whose keys and values are known: those built into MultiNet, and the common ones beside it.</summary>
internal static class KnownPlugins
{
    private static readonly PluginRules[] s_plugins =
    [
        new BridgeRules(), new MacvlanRules(), new IpvlanRules(), new VlanRules(), new PtpRules(), new DummyRules(), new TapRules(), new HostDeviceRules(),
        new SriovRules(), new IbSriovRules(), new OvsRules(), new BondRules(), new VrfRules(), new SbrRules(), new PortmapRules(), new BandwidthRules(),
        new TuningRules(), new FirewallRules(), new RouteOverrideRules(), new LoopbackRules(), new PassthruRules(),
    ];

    private static readonly IpamRules[] s_ipam = [new HostLocalRules(), new StaticRules(), new DhcpRules(), new WhereaboutsRules()];

    // Types of which nothing but the name is known. Meta plugins are a rule's matter.
    private static readonly string[] s_names =
    [
        "flannel", "calico", "calico-ipam", "cilium-cni", "weave-net", "weave-ipam", "antrea", "kube-ovn", "ovn-k8s-cni-overlay", "aws-cni", "egress-cni",
        "azure-vnet", "azure-vnet-ipam", "userspace", "rdma", "accelerated-bridge", "spiderpool", "coordinator", "ifacer", "istio-cni",
        "linkerd-cni", "cnv-bridge", "cnv-tuning", "kubevirt-passt-binding", "kubevirt-slirp-binding", "macvtap",
        "afxdp", "nv-ipam", "kube-router", "openshift-sdn",
        "win-bridge", "win-overlay", "multi-nic", "multi-nic-ipam",
        "terway", "netns", "noop", "ipoib",
    ];

    /// <summary>The rules of a plugin.</summary>
    public static bool TryGet(string type, [NotNullWhen(true)] out PluginRules? rules)
    {
        rules = Array.Find(s_plugins, known => known.Type == type);
        return rules is not null;
    }

    /// <summary>The rules of an IPAM plugin.</summary>
    public static bool TryGetIpam(string type, [NotNullWhen(true)] out IpamRules? rules)
    {
        rules = Array.Find(s_ipam, known => known.Type == type);
        return rules is not null;
    }

    /// <summary>Is the type one of which at least the name is known?</summary>
    public static bool IsName(string type) => Array.IndexOf(s_names, type) >= 0;

    /// <summary>All names, for suggestions.</summary>
    public static string[] Names()
    {
        var names = new List<string>();
        foreach (var plugin in s_plugins)
            names.Add(plugin.Type);
        foreach (var plugin in s_ipam)
            names.Add(plugin.Type);
        names.AddRange(s_names);
        return [.. names];
    }
}
