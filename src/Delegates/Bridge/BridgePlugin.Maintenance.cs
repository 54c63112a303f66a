using MultiNet.Cni;
using MultiNet.Delegates.Masquerade;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bridge;

/// <content>STATUS and GC.</content>
internal sealed partial class BridgePlugin
{
    /// <inheritdoc/>
    public void Status(PluginContext context)
    {
        var config = BridgeConfig.Read(context);
        try
        {
            new BridgeDevice(kernel, config).Find();
            if (config.MacSpoofCheck)
                MacSpoofCheck.CheckAvailable(kernel);
            if (config.Masquerade.Enabled && config.IsLayer3)
                _masquerade.CheckAvailable(config.Masquerade.Backend);
        }
        catch (KernelException e)
        {
            throw new CniException(CniErrorCode.PluginNotAvailable, e.Message, "", e);
        }
        catch (CniException e) when (e.Code != CniErrorCode.PluginNotAvailable)
        {
            throw new CniException(CniErrorCode.PluginNotAvailable, e.Message, e.Details, e);
        }
        if (config.IsLayer3)
            context.InvokeIpam(CniVerb.Status);
    }

    /// <inheritdoc/>
    public void Gc(PluginContext context)
    {
        var failures = new Failures();
        IReadOnlyList<GcAttachment>? valid = null;
        failures.Try("read the valid attachments", () => valid = context.HasValidAttachments ? context.ValidAttachments : null);
        // Without knowing what is valid, nothing is stale.
        if (valid is not null)
        {
            failures.Try("collect masquerading rules", () => _masquerade.CollectGarbage(MasqueradeConfig.Read(context.Config), context.NetworkName, valid));
            failures.Try("collect the VLAN's gateway", () => new GatewayInterface(kernel, BridgeConfig.Read(context)).CollectGarbage());
            failures.Try("collect MAC spoof checks", () => MacSpoofCheck.CollectGarbage(kernel));
        }
        failures.Try("collect addresses", () =>
        {
            if (context.HasIpam)
                context.InvokeIpam(CniVerb.Gc);
        });
        failures.ThrowIfAny();
    }
}
