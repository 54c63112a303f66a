using MultiNet.Cni;
using MultiNet.Delegates.Tuning.Allowlist;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Tuning;

/// <summary>
/// The plugin <c>tuning</c>: sets kernel parameters of the namespace and attributes of the interface that an earlier plugin of the
/// chain made. docs/plugins/tuning.md tells keys and differences from the reference.
/// </summary>
/// <param name="kernel">The kernel; the caller disposes it.</param>
/// <param name="allowlist">The file of kernel parameters that may be set.</param>
internal sealed class TuningPlugin(NodeKernel kernel, string allowlist = TuningPlugin.DefaultAllowlist) : IPlugin
{
    private const string DefaultAllowlist = "/etc/cni/tuning/allowlist.conf";

    /// <inheritdoc/>
    public string Type => "tuning";

    /// <inheritdoc/>
    public string About => "CNI tuning plugin of MultiNet: sysctls, MAC, MTU and modes of the container's interface";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    /// <inheritdoc/>
    public CniResult Add(PluginContext context)
    {
        var config = TuningConfig.Read(context);
        string backup = LinkBackup.PathOf(TuningConfig.ReadDataDir(context), context.Call);
        SysctlAllowlist.Check(allowlist, config.Sysctls);
        var result = context.PrevResult ?? throw MissingPrevResult();
        var rollback = new Rollback();
        try
        {
            var container = Enter(context.Call.NetNs);
            if (config.Sysctls.Count > 0)
                container.Run(() => Write(config.Sysctls, container, rollback));
            if (config.ChangesLink)
                ChangeLink(context, config, backup, rollback);
        }
        catch
        {
            rollback.Run();
            throw;
        }
        return Describe(result, config, context);
    }

    /// <inheritdoc/>
    public void Del(PluginContext context)
    {
        string path = LinkBackup.PathOf(TuningConfig.ReadDataDir(context), context.Call);
        if (LinkBackup.Read(path) is { } backup)
            Restore(backup, context.Call);
        LinkBackup.Delete(path);
    }

    /// <inheritdoc/>
    public void Check(PluginContext context)
    {
        var config = TuningConfig.Read(context);
        var previous = context.PrevResult ?? throw MissingPrevResult();
        var container = Enter(context.Call.NetNs);
        if (config.Sysctls.Count > 0)
            container.Run(() => Compare(config.Sysctls));
        // An auxiliary chain sets sysctls and has no interface of its own.
        if (!config.ChangesLink && previous.Interfaces.Count == 0)
            return;
        string name = context.Call.IfName;
        if (!kernel.Socket(context.Call.NetNs).TryGetLink(name, out var link))
            throw Different($"Cannot find container link {name}", $"There is no such interface in {context.Call.NetNs}.");
        if (config.Mac is { } mac && mac != link.MacAddress)
            throw Different($"Error: Tuning configured Ethernet of {name} is {mac}, current value is {link.MacAddress}");
        // Not the other way round: a packet capture or another plugin may have set the mode.
        if (config.Promiscuous && (link.Flags & LinkFlags.Promiscuous) == 0)
            throw Different($"Error: Tuning link {name} configured promisc is true, current value is 0");
        if (config.Mtu is { } mtu && mtu != link.Mtu)
            throw Different($"Error: Tuning configured MTU of {name} is {mtu}, current value is {link.Mtu}");
        if (config.TxQueueLength is { } length && length != link.TxQueueLength)
            throw Different($"Error: Tuning configured Transmit Queue Length of {name} is {length}, current value is {link.TxQueueLength}");
        bool allMulticast = (link.Flags & LinkFlags.AllMulticast) != 0;
        if (config.AllMulticast is { } wanted && wanted != allMulticast)
            throw Different($"Error: Tuning configured all-multicast mode of {name} is {Text(wanted)}, current value is {Text(allMulticast)}");
    }

    /// <inheritdoc/>
    public void Status(PluginContext context) => SysctlAllowlist.Check(allowlist, TuningConfig.Read(context).Sysctls);

    /// <inheritdoc/>
    public void Gc(PluginContext context)
    {
        if (!context.HasValidAttachments)
            return;
        var valid = context.ValidAttachments;
        foreach (string path in LinkBackup.List(TuningConfig.ReadDataDir(context)))
        {
            // The folder is shared by all networks. Files of the reference do not say of which they are: those stay.
            if (LinkBackup.Read(path)?.Attachment is not { } attachment || attachment.Network != context.NetworkName)
                continue;
            if (!valid.Contains(new GcAttachment(attachment.ContainerId, attachment.IfName)))
                LinkBackup.Delete(path);
        }
    }

    private NetworkNamespace Enter(string path)
    {
        try
        {
            // The empty path would be the host's own namespace.
            return kernel.Namespace(path.Length > 0 ? path : throw new CniException(
                CniErrorCode.InvalidEnvironmentVariables, "required env variables [CNI_NETNS] missing"));
        }
        catch (KernelException e)
        {
            throw KernelFailure.NetNs(e, path);
        }
    }

    private static void Write(IReadOnlyList<SysctlSetting> settings, NetworkNamespace container, Rollback rollback)
    {
        foreach (var setting in settings)
        {
            string path = setting.FindPath();
            try
            {
                string before = Sysctl.Read(path);
                rollback.Add(() => Sysctl.Write(container, path, before));
            }
            catch (KernelException e) when (e.IsNotPermitted)
            {
                // Some can only be written; those cannot be put back.
            }
            catch (KernelException e)
            {
                throw SysctlFailed(e, setting);
            }
            try
            {
                Sysctl.Write(path, setting.Value);
            }
            catch (KernelException e)
            {
                throw SysctlFailed(e, setting);
            }
        }
    }

    private void ChangeLink(PluginContext context, TuningConfig config, string path, Rollback rollback)
    {
        string name = context.Call.IfName;
        var socket = kernel.Socket(context.Call.NetNs);
        if (!socket.TryGetLink(name, out var link))
        {
            throw new CniException(
                CniErrorCode.Internal, $"failed to get \"{name}\": Link not found",
                $"tuning changes the interface that an earlier plugin of the chain makes, and there is no such interface in {context.Call.NetNs}.");
        }
        var now = LinkBackup.Of(link, config, context);
        var earlier = LinkBackup.Read(path);
        rollback.Add(() =>
        {
            if (earlier is null)
                LinkBackup.Delete(path);
            else
                earlier.Write(path);
        });
        now.Under(earlier).Write(path);
        rollback.Add(() => Apply(socket, link.Index, now));
        try
        {
            socket.LinkSet(link.Index, new LinkChange
            {
                MacAddress = config.Mac,
                Promiscuous = config.Promiscuous ? true : null,
                Mtu = config.Mtu,
                AllMulticast = config.AllMulticast,
                TxQueueLength = config.TxQueueLength,
            });
        }
        catch (KernelException e)
        {
            throw KernelFailure.Of(e, $"failed to tune \"{name}\"");
        }
    }

    private void Restore(LinkBackup backup, CniCall call)
    {
        if (call.NetNs.Length == 0)
            return;
        try
        {
            var socket = kernel.Socket(call.NetNs);
            if (socket.TryGetLink(call.IfName, out var link))
                Apply(socket, link.Index, backup);
        }
        catch (KernelException)
        {
            // Namespace or interface are gone, and with them what was tuned.
        }
    }

    /// <summary>Restores what can be restored; the rest is no reason to keep a container from being deleted.</summary>
    private static void Apply(RouteSocket socket, int index, LinkBackup backup)
    {
        foreach (var change in backup.Changes())
        {
            try
            {
                socket.LinkSet(index, change);
            }
            catch (KernelException)
            {
            }
        }
    }

    private static void Compare(IReadOnlyList<SysctlSetting> settings)
    {
        foreach (var setting in settings)
        {
            string current;
            try
            {
                current = Sysctl.Read(setting.FindPath());
            }
            catch (KernelException e) when (e.IsNotPermitted)
            {
                continue; // it can only be written
            }
            catch (KernelException e)
            {
                throw SysctlFailed(e, setting);
            }
            if (!SysctlSetting.AreSame(setting.Value, current))
                throw Different($"Error: Tuning configured value of {setting.File} is {setting.Value}, current value is {current}");
        }
    }

    private static CniResult Describe(CniResult result, TuningConfig config, PluginContext context)
    {
        // Results before 1.1.0 have no MTU; the reference never sets it.
        int? mtu = context.CniVersion == CniVersion.Latest ? config.Mtu : null;
        if (config.Mac is null && mtu is null)
            return result;
        var interfaces = new List<CniInterface>(result.Interfaces.Count);
        foreach (var item in result.Interfaces)
        {
            interfaces.Add(item.Name != context.Call.IfName || IsHostsNamesake(item, result) ? item : item with
            {
                Mac = config.Mac?.ToString() ?? item.Mac,
                Mtu = mtu ?? item.Mtu,
            });
        }
        return result with { Interfaces = interfaces };
    }

    /// <summary>Is it an interface on the host that has the same name as the one in the container?</summary>
    private static bool IsHostsNamesake(CniInterface item, CniResult result)
    {
        if (item.Sandbox.Length > 0)
            return false;
        foreach (var other in result.Interfaces)
        {
            if (other.Name == item.Name && other.Sandbox.Length > 0)
                return true;
        }
        return false;
    }

    private static string Text(bool value) => value ? "true" : "false";

    private static CniException SysctlFailed(KernelException error, SysctlSetting setting) => new(
        error.ErrnoName == "EINVAL" ? CniErrorCode.InvalidNetworkConfig : CniErrorCode.Internal,
        $"failed to set {setting.File}: {error.Message}",
        $"Found \"{setting.Key}\": \"{setting.Value}\" in \"sysctl\".", error);

    private static CniException Different(string message, string details = "") => new(CniErrorCode.Internal, message, details);

    private static CniException MissingPrevResult() => new(
        CniErrorCode.InvalidNetworkConfig, "Required prevResult missing",
        "tuning changes what an earlier plugin made: it must stand behind one in \"plugins\".");
}
