using MultiNet.Cni;
using MultiNet.Delegates.Ipam.Dhcp.Leases;
using MultiNet.Delegates.Ipam.Dhcp.Rpc;

namespace MultiNet.Delegates.Ipam.Dhcp;

/// <summary>
/// IPAM <c>dhcp</c>: asks the daemon on this node (<c>multinet dhcp</c>, or the reference's <c>dhcp daemon</c>) for a lease, which that keeps alive.
/// docs/plugins/dhcp.md tells the differences.
/// </summary>
internal sealed class DhcpPlugin : IPlugin
{
    // The daemon gives an ADD up itself, after a time of its own; this is for one that hangs.
    private static readonly TimeSpan s_longestAdd = TimeSpan.FromMinutes(10), s_longestCall = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Type => "dhcp";

    /// <inheritdoc/>
    public string About => "dhcp: gets addresses from a DHCP server, through the daemon \"multinet dhcp\"";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        ReadConfig(context, RpcProtocol.Allocate);
        return Call(context, RpcProtocol.Allocate, s_longestAdd);
    }

    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        var id = new LeaseId(context.Call.ContainerId, context.NetworkName, context.Call.IfName);
        if (TryCall(context, RpcProtocol.Release))
            return;
        // The lease is on disk: the daemon gives it back when it is there again. One of the reference's has lost it with its memory.
        new LeaseStore(DhcpConfig.StateDirectory(context.Config)).MarkReleased(id);
        // It may have read the disk just before.
        TryCall(context, RpcProtocol.Release);
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        ReadConfig(context, RpcProtocol.Check);
        var lease = CheckLease(context);
        if (context.PrevResult is not { } previous || lease.IPs.Count == 0)
            return;
        foreach (var ip in IpamDelegate.AddressesOf(previous, context.Call))
        {
            if (ip.Address == lease.IPs[0].Address)
                return;
        }
        throw new CniException(
            CniErrorCode.Internal, $"dhcp: the lease of {context.Call.IfName} is {lease.IPs[0].Address}, which the result of ADD does not have",
            "The server gave another address than before; the container has to be made anew.");
    }

    /// <inheritdoc/>
    public void Status(PluginContext context)
    {
        ReadConfig(context, "");
        try
        {
            RpcClient.Dial(DhcpConfig.SocketPath(context.Config), DeadlineOf(context, s_longestCall)).Dispose();
        }
        catch (DaemonAwayException e)
        {
            throw Away(e, CniErrorCode.PluginNotAvailable);
        }
    }

    /// <inheritdoc/>
    public void Gc(PluginContext context)
    {
        if (!context.HasValidAttachments)
            return;
        var valid = new HashSet<GcAttachment>(context.ValidAttachments);
        if (TryCall(context, RpcProtocol.Collect))
            return;
        var store = new LeaseStore(DhcpConfig.StateDirectory(context.Config));
        foreach (var (lease, _) in store.Load(static _ => { }))
        {
            if (lease.Id.Network == context.NetworkName && !valid.Contains(new GcAttachment(lease.Id.ContainerId, lease.Id.IfName)))
                store.MarkReleased(lease.Id);
        }
        TryCall(context, RpcProtocol.Collect);
    }

    // Before the daemon is asked, and with a code that says more than the daemon's words can.
    private static void ReadConfig(PluginContext context, string method)
    {
        try
        {
            DhcpConfig.Read(context.Config, context.Call.Args);
        }
        catch (CniException e) when (e.Code == CniErrorCode.InvalidNetworkConfig && method.Length > 0)
        {
            throw e.Prefixed($"error calling {method}: ");
        }
    }

    // The reference's daemon has no question of its own for this: its ADD returns the lease that is there.
    private static CniResult CheckLease(PluginContext context)
    {
        try
        {
            return Call(context, RpcProtocol.Check, s_longestCall);
        }
        catch (CniException e) when (IsUnknownMethod(e))
        {
            return Call(context, RpcProtocol.Allocate, s_longestAdd);
        }
    }

    private static bool IsUnknownMethod(CniException e) => e.Message.Contains(RpcProtocol.UnknownMethod, StringComparison.Ordinal);

    private static CniResult Call(PluginContext context, string method, TimeSpan patience)
    {
        try
        {
            return ResultGob.From(CallDaemon(context, method, patience));
        }
        catch (DaemonAwayException e)
        {
            throw Away(e, CniErrorCode.TryAgainLater);
        }
        catch (GobException e)
        {
            throw new CniException(CniErrorCode.Internal, $"error calling {method}: the result makes no sense: {e.Message}");
        }
    }

    /// <summary>Calls a method that has no result. A daemon that does not know the method has nothing to do.</summary>
    /// <returns>False where no daemon answers.</returns>
    private static bool TryCall(PluginContext context, string method)
    {
        try
        {
            CallDaemon(context, method, s_longestCall);
            return true;
        }
        catch (DaemonAwayException)
        {
            return false;
        }
        catch (CniException e) when (IsUnknownMethod(e))
        {
            return true;
        }
    }

    private static GobValue CallDaemon(PluginContext context, string method, TimeSpan patience)
    {
        var call = context.Call;
        using var client = RpcClient.Dial(DhcpConfig.SocketPath(context.Config), DeadlineOf(context, patience));
        try
        {
            return client.Call(method, new CallArguments
            {
                ContainerId = call.ContainerId,
                // The daemon has another working directory. An empty path stays empty: the reference makes the working directory of it.
                NetNs = call.NetNs.Length == 0 ? "" : Path.GetFullPath(call.NetNs),
                IfName = call.IfName,
                Args = call.Args,
                Path = string.Join(':', call.Path),
                Config = call.Config,
            });
        }
        catch (CniException e)
        {
            var code = e.Message.EndsWith("no more tries", StringComparison.Ordinal) ? CniErrorCode.TryAgainLater : CniErrorCode.Internal;
            throw new CniException(code, $"error calling {method}: {e.Message}", Hint(e.Message), e);
        }
    }

    private static string Hint(string message) => message.EndsWith("no more tries", StringComparison.Ordinal)
        ? "No DHCP server answered in time. Is one there, in the same broadcast domain, and has it free addresses?"
        : "";

    private static Deadline DeadlineOf(PluginContext context, TimeSpan patience) =>
        context.Call.Deadline.RemainingMilliseconds < patience.TotalMilliseconds ? context.Call.Deadline : Deadline.After(patience);

    private static CniException Away(DaemonAwayException e, CniErrorCode code) =>
        new(code, $"error dialing DHCP daemon: {e.Message}", "The daemon is started with \"multinet dhcp\"; docs/plugins/dhcp.md has a unit for systemd.");
}
