using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.SingleInterface;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Vlan;

/// <summary>
/// The plugin <c>vlan</c>: an interface in a VLAN of the master. docs/plugins/vlan.md tells keys and differences from the reference.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
internal sealed class VlanPlugin(NodeKernel kernel) : SingleInterfacePlugin<VlanConfig>(kernel)
{
    /// <inheritdoc/>
    public override string Type => "vlan";

    /// <inheritdoc/>
    public override string About => "CNI vlan plugin of MultiNet: an interface in a VLAN of the master";

    /// <inheritdoc/>
    protected override VlanConfig Read(PluginContext context) => VlanConfig.Read(context);

    /// <inheritdoc/>
    protected override LinkSpec Describe(VlanConfig config, string name) => new VlanSpec { Name = name, Vlan = config.Vlan };

    /// <inheritdoc/>
    protected override void CheckMaster(VlanConfig config, Link master) => MasterSetting.CheckMtu(config.Mtu, master);

    /// <inheritdoc/>
    protected override void CheckKind(PluginContext context, VlanConfig config, Link link)
    {
        var found = link.Vlan ?? throw InterfaceCheck.Failed($"Interface {link.Name} is in no VLAN");
        if (found.Id != config.Vlan.Id)
            throw InterfaceCheck.Failed($"Interface {link.Name} VLAN ID {config.Vlan.Id} doesn't match container VLAN ID: {found.Id}");
        if (found.Protocol != config.Vlan.Protocol)
            throw InterfaceCheck.Failed($"Interface {link.Name} VLAN protocol {Text(config.Vlan.Protocol)} doesn't match container VLAN protocol: {Text(found.Protocol)}");
        CheckPriorities(link, "egress", config.Vlan.EgressPriorities, found.EgressPriorities);
        CheckPriorities(link, "ingress", config.Vlan.IngressPriorities, found.IngressPriorities);
    }

    private static void CheckPriorities(Link link, string direction, IReadOnlyList<VlanPriority> expected, IReadOnlyList<VlanPriority> found)
    {
        // The last line of a priority counts, and what is not named is 0.
        var map = new Dictionary<uint, uint>();
        foreach (var priority in expected)
            map[priority.From] = priority.To;
        foreach (var (from, to) in map)
        {
            uint actual = 0;
            foreach (var priority in found)
            {
                if (priority.From == from)
                    actual = priority.To;
            }
            if (actual != to)
                throw InterfaceCheck.Failed($"Interface {link.Name} {direction} priority of {from} is {actual}, not {to}");
        }
    }

    private static string Text(VlanProtocol protocol) => protocol == VlanProtocol.Ieee8021Ad ? "802.1ad" : "802.1q";
}
