using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;

namespace MultiNet.Delegates.Portmap;

/// <content>DEL, CHECK, STATUS and GC.</content>
internal sealed partial class PortmapPlugin
{
    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        var call = context.Call;
        if (PortmapAttachment.Read(_records.Read(context.NetworkName, call)) is { } attachment)
            Finish(attachment);
        else
            DelWithoutRecord(context);
        _records.Delete(context.NetworkName, call);
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        var previous = InterfaceCheck.RequirePrevResult(context);
        var config = PortmapConfig.Read(context, DefaultBackend);
        if (config.Mappings.Count == 0)
            return;
        var record = PortmapAttachment.Read(_records.Read(context.NetworkName, context.Call));
        var attachment = PortmapAttachment.Of(context, config, config.Backend ?? record?.Backend ?? DefaultBackend, previous);
        if (attachment.Backend == PortmapBackend.Nftables)
            _nftables.Check(attachment);
        else
            _iptables.Check(attachment);
        new LocalnetRouting(kernel).Check(attachment);
    }

    /// <inheritdoc/>
    public void Status(PluginContext context)
    {
        var config = PortmapConfig.Read(context, DefaultBackend);
        bool choose = config.Backend is null && !config.IsForIptables;
        if ((config.Backend ?? DefaultBackend) == PortmapBackend.Nftables)
        {
            if (!_nftables.IsAvailable)
                throw Unavailable("portmap needs nftables, which this kernel does not have", "Set \"backend\": \"iptables\" and install iptables, or load nf_tables.");
            return;
        }
        try
        {
            _iptables.Probe();
        }
        catch (CniException e) when (!choose || !_nftables.IsAvailable)
        {
            throw Unavailable($"portmap needs iptables, which does not work: {e.Message}", e.Details.Length > 0 ? e.Details : "Install iptables, or set \"backend\": \"nftables\".");
        }
        catch (CniException)
        {
            // nftables takes its place.
        }
    }

    /// <inheritdoc/>
    public void Gc(PluginContext context)
    {
        // Without knowing what is valid, nothing is stale.
        if (!context.HasValidAttachments)
            return;
        var valid = context.ValidAttachments;
        var keep = new HashSet<string>();
        foreach (var attachment in valid)
            keep.Add(attachment.ContainerId);
        var failures = new Failures();
        foreach (var record in _records.List(context.NetworkName))
        {
            if (valid.Contains(new GcAttachment(record.ContainerId, record.IfName)))
                continue;
            failures.Try($"release the ports of {record.ContainerId}", () =>
            {
                if (PortmapAttachment.Read(record) is { } stale)
                    Finish(stale);
                _records.Delete(record.Network, record.ContainerId, record.IfName);
            });
        }
        failures.Try("collect chains", () =>
        {
            // Not where nobody uses iptables: reading would load its modules.
            if (context.Config.String("backend") != "nftables" && NatTables.AreThere(kernel))
                _iptables.CollectGarbage(context.NetworkName, keep);
        });
        failures.ThrowIfAny();
    }

    // The rules first: a packet in between would make a flow by rules that are about to go.
    private void Finish(PortmapAttachment attachment)
    {
        Unmap(attachment, Owners.Others(attachment));
        _flows.ForgetOwn(attachment);
    }

    // The reference made the rules, or somebody emptied /run. Without mappings in the configuration there is nothing, as far as can be known.
    private void DelWithoutRecord(PluginContext context)
    {
        if (!TryReadMappings(context, out var mappings))
            return;
        var failures = new Failures();
        CniResult? previous = null;
        failures.Try("read prevResult", () => previous = context.PrevResult);
        var call = context.Call;
        var attachment = new PortmapAttachment
        {
            Network = context.NetworkName,
            ContainerId = call.ContainerId,
            IfName = call.IfName,
            Mappings = mappings,
        }.WithAddresses(previous, call);
        var others = Owners.Others(attachment);
        failures.Try("remove nftables rules", () => _nftables.TearDown(attachment, others));
        if (!NamesNftables(context))
            failures.Try("remove iptables rules", () => _iptables.TearDownUnknown(attachment, Sharers(attachment, others)));
        _flows.ForgetOwn(attachment);
        failures.ThrowIfAny();
    }

    // False where there are none. What cannot be read ADD would have refused; but it may have come into the configuration since.
    private static bool TryReadMappings(PluginContext context, out IReadOnlyList<PortMapping> mappings)
    {
        mappings = [];
        try
        {
            mappings = PortMapping.ReadAll(context.RuntimeConfig, "portMappings");
            return mappings.Count > 0;
        }
        catch (CniException)
        {
            return true;
        }
    }

    private static bool NamesNftables(PluginContext context)
    {
        try
        {
            return context.Config.String("backend") == "nftables";
        }
        catch (CniException)
        {
            return false;
        }
    }

    private static CniException Unavailable(string message, string details) => new(CniErrorCode.PluginNotAvailable, message, details);
}
