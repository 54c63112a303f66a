using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.SingleInterface;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Ipvlan;

/// <summary>
/// The plugin <c>ipvlan</c>: an interface with the master's hardware address and IP addresses of its own. docs/plugins/ipvlan.md tells keys
/// and differences from the reference.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
internal sealed class IpvlanPlugin(NodeKernel kernel) : SingleInterfacePlugin<IpvlanConfig>(kernel)
{
    /// <inheritdoc/>
    public override string Type => "ipvlan";

    /// <inheritdoc/>
    public override string About => "CNI ipvlan plugin of MultiNet: an interface that shares the master's hardware address";

    /// <inheritdoc/>
    protected override bool ArpNotify => true;

    /// <inheritdoc/>
    protected override bool NdiscNotify => true;

    /// <inheritdoc/>
    protected override IpvlanConfig Read(PluginContext context) => IpvlanConfig.Read(context);

    /// <inheritdoc/>
    protected override LinkSpec Describe(IpvlanConfig config, string name) =>
        new IpvlanSpec { Name = name, Ipvlan = new IpvlanSettings { Mode = config.Mode, Flags = config.Flags } };

    /// <inheritdoc/>
    protected override CniResult? Inherit(PluginContext context) => context.PrevResult;

    /// <inheritdoc/>
    protected override void CheckKind(PluginContext context, IpvlanConfig config, Link link)
    {
        // One mode for all interfaces of a master: another network may have changed it.
        if (link.Ipvlan?.Mode is var mode && mode != config.Mode)
            throw InterfaceCheck.Failed($"Container IPVlan mode {Text(mode)} does not match expected value: {Text(config.Mode)}", "All ipvlan interfaces of a master have the mode of the last one made.");
        if (config.Flags is { } expected && link.Ipvlan?.Flags is var flags && flags != expected)
            throw InterfaceCheck.Failed($"Container IPVlan flag {Text(flags)} does not match expected value: {Text(expected)}", "All ipvlan interfaces of a master have the flag of the last one made.");
    }

    private static string Text(IpvlanMode? mode) => mode switch
    {
        IpvlanMode.L2 => "l2",
        IpvlanMode.L3 => "l3",
        IpvlanMode.L3S => "l3s",
        _ => "unknown",
    };

    private static string Text(IpvlanFlags? flags) => flags switch
    {
        IpvlanFlags.None => "bridge",
        IpvlanFlags.Private => "private",
        IpvlanFlags.Vepa => "vepa",
        _ => "unknown",
    };
}
