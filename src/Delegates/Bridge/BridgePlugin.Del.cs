using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Delegates.Masquerade;
using MultiNet.Delegates.Records;

namespace MultiNet.Delegates.Bridge;

/// <content>DEL.</content>
internal sealed partial class BridgePlugin
{
    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        var call = context.Call;
        var failures = new Failures();
        // Each step stands alone and reads what it needs itself: one broken key, or something gone, must not stop the others.
        CniResult? previous = null;
        failures.Try("read prevResult", () => previous = context.PrevResult);
        HostRules? rules = null;
        failures.Try("read what ADD recorded", () => rules = HostRules.Of(kernel.Records(Type), context));
        var masquerade = new AttachmentMasquerade(kernel, _masquerade, context);
        // Rules before the link: the kernel tidies them up while it deletes the link, for which it takes its time.
        failures.Try("remove the MAC spoof check", () =>
        {
            if (rules is null || rules.MacSpoofCheck)
                new MacSpoofCheck(kernel, call.ContainerId, call.IfName).TearDown();
        });
        failures.Try("remove masquerading", () => masquerade.TearDown(rules is null ? MasqueradeBackend.Default : rules.Masquerade, previous));
        IpamDelegate.Release(context, failures, () => ContainerLink.Delete(kernel, call, previous));
        // Until everything is released, the next DEL needs to know.
        if (failures.IsEmpty)
            failures.Try("remove the record", () => kernel.Records(Type).Delete(context.NetworkName, call));
        failures.ThrowIfAny();
    }
}
