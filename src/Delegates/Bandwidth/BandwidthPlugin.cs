using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Bandwidth;

/// <summary>
/// The plugin <c>bandwidth</c>: limits what goes to and comes from the interface that an earlier plugin of the chain made.
/// docs/plugins/bandwidth.md tells keys and differences from the reference.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
internal sealed partial class BandwidthPlugin(NodeKernel kernel) : IPlugin
{
    private readonly ShapingRecords _records = new(kernel.Records("bandwidth"));

    /// <inheritdoc/>
    public string Type => "bandwidth";

    /// <inheritdoc/>
    public string About => "CNI bandwidth plugin of MultiNet: limits the rate of the container's interface in both directions";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions { get; } = ["0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"];

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        var config = BandwidthConfig.Read(context);
        // The reference crashes where nothing is limited and there is no result either.
        var previous = context.PrevResult ?? throw new CniException(
            CniErrorCode.InvalidNetworkConfig, "must be called as chained plugin", "bandwidth limits an interface that an earlier plugin made: it must stand behind one in \"plugins\".");
        if (config.IsUnlimited)
            return previous;
        var rollback = new Rollback();
        try
        {
            return Shape(context, config, previous, rollback);
        }
        catch (KernelException e)
        {
            rollback.Run();
            throw KernelFailure.Of(e, $"failed to limit \"{context.Call.IfName}\"");
        }
        catch
        {
            rollback.Run();
            throw;
        }
    }

    private CniResult Shape(PluginContext context, BandwidthConfig config, CniResult previous, Rollback rollback)
    {
        var call = context.Call;
        var links = new ShapingPlan(kernel, context).Make(config, previous);
        Record(context, links, rollback);
        var clock = SchedulerClock.Read();
        var interfaces = new List<CniInterface>(previous.Interfaces);
        foreach (var link in links)
        {
            var shaper = new LinkShaper(kernel.Socket(link.NetNs), link);
            var made = shaper.Apply(link.Sending(config)?.ToBucket(clock), link.Receiving(config)?.ToBucket(clock), link.IsOnHost ? 0 : call.LinkGroup, rollback);
            if (made is not null)
                interfaces.Add(Describe(made, link.NetNs, withMtu: context.CniVersion == CniVersion.Latest));
        }
        return previous with { Interfaces = interfaces };
    }

    // An attachment that is limited already fails a few steps later, and must keep its record then.
    private void Record(PluginContext context, IReadOnlyList<ShapedLink> links, Rollback rollback)
    {
        var call = context.Call;
        var earlier = _records.Read(context.NetworkName, call);
        rollback.Add(() =>
        {
            if (earlier is null)
                _records.Delete(context.NetworkName, new GcAttachment(call.ContainerId, call.IfName));
            else
                _records.Write(context.NetworkName, call, earlier);
        });
        _records.Write(context.NetworkName, call, links);
    }

    private static CniInterface Describe(Link link, string sandbox, bool withMtu) =>
        new() { Name = link.Name, Mac = link.MacAddress.ToString(), Sandbox = sandbox, Mtu = withMtu ? link.Mtu : 0 };
}
