using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.SingleInterface;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tap;

/// <summary>
/// The plugin <c>tap</c>: a device whose frames a program (a virtual machine's emulator) reads and writes. docs/plugins/tap.md tells keys and
/// differences from the reference.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
internal sealed class TapPlugin(NodeKernel kernel) : SingleInterfacePlugin<TapConfig>(kernel)
{
    private const string ClonePath = "/dev/net/tun";

    /// <inheritdoc/>
    public override string Type => "tap";

    /// <inheritdoc/>
    public override string About => "CNI tap plugin of MultiNet: a device whose frames a program reads and writes";

    /// <inheritdoc/>
    protected override string Kind => "tun";

    /// <inheritdoc/>
    protected override bool ArpNotify => true;

    /// <inheritdoc/>
    protected override TapConfig Read(PluginContext context) => TapConfig.Read(context);

    /// <inheritdoc/>
    protected override LinkSpec Describe(TapConfig config, string name) => throw new NotSupportedException("the kernel makes TAP devices by ioctl only");

    /// <inheritdoc/>
    protected override void Prepare(PluginContext context, TapConfig config)
    {
        if (config.Bridge.Length > 0)
            FindBridge(context.Call.NetNs, config.Bridge);
    }

    /// <inheritdoc/>
    protected override Link Create(PluginContext context, TapConfig config, Link? master)
    {
        var call = context.Call;
        var container = Kernel.Socket(call.NetNs);
        // The first bytes of a packet are as with the reference, which has two ways of making the device; programs set them when they open it.
        bool known = config.Owner is not null && config.Group is not null && config.SelinuxContext.Length == 0;
        var settings = new TapSettings
        {
            Owner = config.Owner,
            Group = config.Group,
            MultiQueue = config.MultiQueue,
            PacketInformation = known && !config.MultiQueue,
            OffloadHeader = known,
        };
        if (config.SelinuxContext.Length > 0)
            new LabelledTap(Kernel, call.NetNs).Create(call.IfName, config.SelinuxContext, settings);
        else
            KernelFailure.Describe("failed to create tap", () => TapDevice.Create(Kernel.Namespace(call.NetNs), call.IfName, settings));
        int? bridge = config.Bridge.Length == 0 ? null : FindBridge(call.NetNs, config.Bridge).Index;
        var change = new LinkChange
        {
            MacAddress = config.Mac,
            Mtu = config.Mtu == 0 ? null : config.Mtu,
            Group = call.LinkGroup == 0 ? null : call.LinkGroup,
        };
        if (change != new LinkChange())
            KernelFailure.Describe("failed to create tap", () => container.LinkSet(call.IfName, change));
        if (bridge is { } index)
        {
            KernelFailure.Describe(
                $"failed to set tap {call.IfName} as a port of bridge {config.Bridge}",
                () => container.LinkSet(call.IfName, new LinkChange { MasterIndex = index }));
        }
        return KernelFailure.Describe($"failed to refetch tap \"{call.IfName}\"", () => container.LinkGet(call.IfName));
    }

    /// <inheritdoc/>
    protected override void CheckKind(PluginContext context, TapConfig config, Link link)
    {
        if (link.Tap is not { IsTap: true } tap)
            throw InterfaceCheck.Failed($"Error: Container interface {link.Name} not of type tap", "It is a TUN device.");
        if (tap.Owner != config.Owner)
            throw InterfaceCheck.Failed($"Interface {link.Name} owner {Text(config.Owner)} doesn't match container owner: {Text(tap.Owner)}");
        if (tap.Group != config.Group)
            throw InterfaceCheck.Failed($"Interface {link.Name} group {Text(config.Group)} doesn't match container group: {Text(tap.Group)}");
        if (tap.MultiQueue != config.MultiQueue)
            throw InterfaceCheck.Failed($"Interface {link.Name} multiQueue {config.MultiQueue} doesn't match container multiQueue: {tap.MultiQueue}");
        if (config.Bridge.Length > 0 && link.MasterIndex != FindBridge(context.Call.NetNs, config.Bridge).Index)
            throw InterfaceCheck.Failed($"Interface {link.Name} is no port of bridge {config.Bridge}");
    }

    /// <inheritdoc/>
    protected override void CheckAvailable(TapConfig config)
    {
        if (!File.Exists(ClonePath))
            throw new CniException(CniErrorCode.PluginNotAvailable, $"{ClonePath} does not exist", "Load the kernel module \"tun\".");
    }

    private Link FindBridge(string netns, string name)
    {
        Link found;
        try
        {
            found = EnterContainer(netns).LinkGet(name);
        }
        catch (NetlinkException e) when (e.IsNotFound)
        {
            throw new CniException(
                CniErrorCode.Internal, $"failed to get bridge {name}: Link not found",
                "\"bridge\" is a bridge in the container, which another plugin must have made before.", e);
        }
        return found.Kind == "bridge"
            ? found
            : throw new CniException(CniErrorCode.Internal, $"failed to get bridge {name}: it is no bridge", $"The interface \"{name}\" in the container is of kind \"{found.Kind}\".");
    }

    private static string Text(uint? id) => id?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none";
}
