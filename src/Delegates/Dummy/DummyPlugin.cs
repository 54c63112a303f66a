using MultiNet.Cni;
using MultiNet.Delegates.SingleInterface;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Dummy;

/// <summary>
/// The plugin <c>dummy</c>: an interface that leads nowhere, for addresses that the container itself answers to. docs/plugins/dummy.md tells
/// keys and differences from the reference.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
internal sealed class DummyPlugin(NodeKernel kernel) : SingleInterfacePlugin<DummyConfig>(kernel)
{
    /// <inheritdoc/>
    public override string Type => "dummy";

    /// <inheritdoc/>
    public override string About => "CNI dummy plugin of MultiNet: an interface that leads nowhere";

    /// <inheritdoc/>
    protected override DummyConfig Read(PluginContext context) => DummyConfig.Read(context);

    /// <inheritdoc/>
    protected override LinkSpec Describe(DummyConfig config, string name) => new DummySpec { Name = name };
}
