using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.SingleInterface;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Macvlan;

/// <summary>
/// The plugin <c>macvlan</c>: an interface with a hardware address of its own on the master's network. docs/plugins/macvlan.md tells keys
/// and differences from the reference.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
internal sealed class MacvlanPlugin(NodeKernel kernel) : SingleInterfacePlugin<MacvlanConfig>(kernel)
{
    /// <inheritdoc/>
    public override string Type => "macvlan";

    /// <inheritdoc/>
    public override string About => "CNI macvlan plugin of MultiNet: an interface with an address of its own on the master's network";

    /// <inheritdoc/>
    protected override bool ArpNotify => true;

    /// <inheritdoc/>
    protected override bool NdiscNotify => true;

    /// <inheritdoc/>
    protected override MacvlanConfig Read(PluginContext context) => MacvlanConfig.Read(context);

    /// <inheritdoc/>
    protected override LinkSpec Describe(MacvlanConfig config, string name) => new MacvlanSpec
    {
        Name = name,
        Macvlan = new MacvlanSettings { Mode = config.Mode, BroadcastQueueLength = config.BroadcastQueueLength },
    };

    /// <inheritdoc/>
    protected override void CheckMaster(MacvlanConfig config, Link master) => MasterSetting.CheckMtu(config.Mtu, master);

    /// <inheritdoc/>
    protected override Link Create(PluginContext context, MacvlanConfig config, Link? master)
    {
        var link = base.Create(context, config, master);
        if (config.Mac is not { } mac || mac == link.MacAddress)
            return link;
        // In passthru mode the kernel takes the master's address first; the master then follows, until the interface is gone.
        KernelFailure.Describe(
            $"failed to set the MAC address of \"{link.Name}\"",
            () => Kernel.Socket(context.Call.NetNs).LinkSet(link.Index, new LinkChange { MacAddress = mac }));
        return link with { MacAddress = mac };
    }

    /// <inheritdoc/>
    protected override void CheckKind(PluginContext context, MacvlanConfig config, Link link)
    {
        if (link.Macvlan?.Mode is var mode && mode != config.Mode)
            throw InterfaceCheck.Failed($"Container macvlan mode {Text(mode)} does not match expected value: {Text(config.Mode)}");
        if (config.BroadcastQueueLength is { } length && link.Macvlan?.BroadcastQueueLength != length)
            throw InterfaceCheck.Failed($"Interface {link.Name} bcqueuelen {length} doesn't match container bcqueuelen: {link.Macvlan?.BroadcastQueueLength}");
    }

    private static string Text(MacvlanMode? mode) => mode switch
    {
        MacvlanMode.Bridge => "bridge",
        MacvlanMode.Private => "private",
        MacvlanMode.Vepa => "vepa",
        MacvlanMode.Passthru => "passthru",
        MacvlanMode.Source => "source",
        _ => "unknown",
    };
}
