using MultiNet.Cni;
using MultiNet.Delegates.Masquerade;
using MultiNet.Delegates.Records;

namespace MultiNet.Delegates.Bridge;

/// <content>STATUS and GC.</content>
internal sealed partial class BridgePlugin
{
    /// <inheritdoc/>
    public void Status(PluginContext context)
    {
        var config = BridgeConfig.Read(context);
        Availability.Check(() =>
        {
            new BridgeDevice(kernel, config).Find();
            if (config.MacSpoofCheck)
                MacSpoofCheck.CheckAvailable(kernel);
            if (config.Masquerade.Enabled && config.IsLayer3)
                _masquerade.CheckAvailable(config.Masquerade.Backend);
        });
        if (config.IsLayer3)
            context.InvokeIpam(CniVerb.Status);
    }

    /// <inheritdoc/>
    public void Gc(PluginContext context) => InterfaceGarbage.Collect(context, (valid, failures) =>
    {
        failures.Try("collect masquerading rules", () => CollectMasquerading(context, valid));
        failures.Try("collect the VLAN's gateway", () => new GatewayInterface(kernel, BridgeConfig.Read(context)).CollectGarbage());
        failures.Try("collect MAC spoof checks", () => MacSpoofCheck.CollectGarbage(kernel));
        if (failures.IsEmpty)
            failures.Try("remove records", () => RemoveRecords(context, valid));
    });

    private void CollectMasquerading(PluginContext context, IReadOnlyList<GcAttachment> valid)
    {
        bool recorded = false;
        foreach (var record in HostRules.Stale(kernel.Records(Type), context.NetworkName, valid))
            recorded |= HostRules.Read(record).Masquerade is not null;
        _masquerade.CollectGarbage(recorded || MasqueradeConfig.Read(context.Config).Enabled, context.NetworkName, valid);
    }

    private void RemoveRecords(PluginContext context, IReadOnlyList<GcAttachment> valid)
    {
        var records = kernel.Records(Type);
        foreach (var record in HostRules.Stale(records, context.NetworkName, valid))
        {
            if (HostRules.Read(record).MacSpoofCheck)
                new MacSpoofCheck(kernel, record.ContainerId, record.IfName).TearDown();
            records.Delete(record.Network, record.ContainerId, record.IfName);
        }
    }
}
