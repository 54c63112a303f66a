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
            var sysctls = config.Sysctls.Count == 0 ? [] : container.Run(() => Read(config.Sysctls));
            var link = config.ChangesLink ? FindLink(context.Call) : null;
            var before = LinkBackup.Of(link, sysctls, config, context);
            if (link is not null || sysctls.Count > 0)
                Save(before, backup, rollback);
            if (config.Sysctls.Count > 0)
                container.Run(() => Write(config.Sysctls, sysctls, container, rollback));
            if (link is not null)
                ChangeLink(context.Call, link, config, before, rollback);
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
        string dataDir = TuningConfig.FindDataDir(context);
        string path = LinkBackup.PathOf(dataDir, context.Call);
        var failures = new Failures();
        if (LinkBackup.Read(path) is { } backup)
            failures.Try($"restore \"{context.Call.IfName}\"", () => new TuningRestore(kernel, dataDir).Run(backup, context.Call));
        failures.ThrowIfAny();
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

    // In the namespace. What can only be written cannot be put back.
    private static List<SysctlBackup> Read(IReadOnlyList<SysctlSetting> settings)
    {
        var before = new List<SysctlBackup>(settings.Count);
        foreach (var setting in settings)
        {
            string path = setting.FindPath();
            try
            {
                before.Add(new SysctlBackup(path, Sysctl.Read(path), setting.Value));
            }
            catch (KernelException e) when (e.IsNotPermitted)
            {
            }
            catch (KernelException e)
            {
                throw SysctlFailed(e, setting);
            }
        }
        return before;
    }

    private static void Write(IReadOnlyList<SysctlSetting> settings, List<SysctlBackup> before, NetworkNamespace container, Rollback rollback)
    {
        foreach (var setting in settings)
        {
            string path = setting.FindPath();
            if (before.Find(change => change.Path == path) is { } change)
                rollback.Add(() => Sysctl.Write(container, path, change.Before));
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

    private Link FindLink(CniCall call) => kernel.Socket(call.NetNs).TryGetLink(call.IfName, out var link)
        ? link
        : throw new CniException(
            CniErrorCode.Internal, $"failed to get \"{call.IfName}\": Link not found",
            $"tuning changes the interface that an earlier plugin of the chain makes, and there is no such interface in {call.NetNs}.");

    private static void Save(LinkBackup before, string path, Rollback rollback)
    {
        var earlier = LinkBackup.Read(path);
        rollback.Add(() =>
        {
            if (earlier is null)
                LinkBackup.Delete(path);
            else
                earlier.Write(path);
        });
        before.Under(earlier).Write(path);
    }

    private void ChangeLink(CniCall call, Link link, TuningConfig config, LinkBackup before, Rollback rollback)
    {
        var socket = kernel.Socket(call.NetNs);
        rollback.Add(() => TuningRestore.RestoreLink(socket, link.Index, before));
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
            throw KernelFailure.Of(e, $"failed to tune \"{call.IfName}\"");
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
