using MultiNet.Cni;
using MultiNet.Delegates.Records;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Portmap;

/// <summary>
/// The plugin <c>portmap</c>: ports of the host lead to ports of the container whose addresses an earlier plugin of the chain assigned.
/// docs/plugins/portmap.md tells keys and differences from the reference.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
/// <param name="toolPath">Where to look for the tools of iptables and nftables; null for the usual places.</param>
internal sealed partial class PortmapPlugin(NodeKernel kernel, string? toolPath = null) : IPlugin
{
    private readonly AttachmentRecords _records = new(kernel.RecordsFolder, "portmap");
    private readonly NftablesPortmap _nftables = new(kernel, toolPath);
    private readonly IptablesPortmap _iptables = new(toolPath);
    private readonly UdpFlows _flows = new(kernel);

    /// <inheritdoc/>
    public string Type => "portmap";

    /// <inheritdoc/>
    public string About => "CNI portmap plugin of MultiNet: ports of the host that lead to the container";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    private HostPortOwners Owners => new(kernel, _records);

    // iptables, unless only nftables can be had: as the reference, which asks by running both tools.
    private PortmapBackend DefaultBackend => _iptables.IsInstalled || !_nftables.IsAvailable ? PortmapBackend.Iptables : PortmapBackend.Nftables;

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        PortmapConfig config;
        CniResult? previous;
        try
        {
            previous = context.PrevResult;
            config = PortmapConfig.Read(context, DefaultBackend);
        }
        catch (CniException e)
        {
            throw e.Prefixed("failed to parse config: ");
        }
        if (previous is null)
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig, "must be called as chained plugin",
                "portmap leads to the addresses that an earlier plugin assigned: it must stand behind one in \"plugins\".");
        }
        if (config.Mappings.Count == 0)
            return previous;
        var attachment = PortmapAttachment.Of(context, config, config.Backend ?? DefaultBackend, previous);
        if (attachment.HasAddress)
            Map(context.Call, attachment, mayChoose: config.Backend is null && !config.IsForIptables);
        return previous;
    }

    private void Map(CniCall call, PortmapAttachment attachment, bool mayChoose)
    {
        if (attachment.Backend == PortmapBackend.Iptables)
            _iptables.MustBeInstalled(attachment);
        var owners = Owners;
        var former = PortmapAttachment.Read(_records.Read(attachment.Network, call));
        if (former is not null)
            Unmap(former, owners.Others(former));
        Record(call, attachment);
        // Read after the own one was written: see Claim.
        var others = owners.Others(attachment);
        var rollback = new Rollback();
        rollback.Add(() =>
        {
            // The record goes last: while anything may be left, DEL has to know.
            Unmap(attachment, others);
            _records.Delete(attachment.Network, call);
        });
        try
        {
            owners.Claim(attachment, others, Release);
            attachment = SetUp(call, attachment, others, isFirst: former is null, mayChoose);
            _flows.ForgetFormer(attachment);
            new LocalnetRouting(kernel).Enable(attachment);
        }
        catch
        {
            rollback.Run();
            throw;
        }
    }

    private PortmapAttachment SetUp(CniCall call, PortmapAttachment attachment, List<PortmapAttachment> others, bool isFirst, bool mayChoose)
    {
        if (attachment.Backend == PortmapBackend.Nftables)
        {
            _nftables.SetUp(attachment);
            return attachment;
        }
        try
        {
            _iptables.SetUp(attachment, Sharers(attachment, others), isFirst);
            return attachment;
        }
        catch (CniException) when (mayChoose && !IptablesWork() && _nftables.IsAvailable)
        {
            // Tools without support by the kernel are no iptables.
            var other = attachment with { Backend = PortmapBackend.Nftables };
            Record(call, other);
            _nftables.SetUp(other);
            return other;
        }
    }

    private bool IptablesWork()
    {
        try
        {
            _iptables.Probe();
            return true;
        }
        catch (CniException)
        {
            return false;
        }
    }

    // What a container left that is gone. Its record stays for its own DEL, or for GC.
    private void Release(PortmapAttachment dead)
    {
        try
        {
            Unmap(dead, Owners.Others(dead));
        }
        catch (Exception e) when (e is CniException or KernelException)
        {
            // The living must not suffer from what the dead left.
        }
    }

    private void Record(CniCall call, PortmapAttachment attachment) => _records.Write(attachment.Network, call, attachment.Write);

    private void Unmap(PortmapAttachment attachment, IReadOnlyList<PortmapAttachment> others)
    {
        if (attachment.Backend == PortmapBackend.Nftables)
            _nftables.TearDown(attachment, others);
        else
            _iptables.TearDown(attachment, Sharers(attachment, others));
    }

    // With iptables, attachments of one container to one network have their rules in one chain.
    private static List<PortmapAttachment> Sharers(PortmapAttachment attachment, IReadOnlyList<PortmapAttachment> others)
    {
        var sharers = new List<PortmapAttachment>();
        foreach (var other in others)
        {
            if (other.Backend == PortmapBackend.Iptables && other.SharesChainWith(attachment) && !other.IsSameAs(attachment))
                sharers.Add(other);
        }
        return sharers;
    }
}
