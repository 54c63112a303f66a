using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Devices;
using MultiNet.Meta.Logging;
using MultiNet.Meta.NodeDaemon;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Sources.Cluster;
using MultiNet.Meta.Status;

namespace MultiNet.Meta.Plugin;

/// <summary>The meta plugin as the runtime sees it: type <c>multinet</c>.</summary>
internal sealed class MetaPlugin : IPlugin
{
    // The longest file name, 255 bytes, less "@", an interface, ".json.tmp". Runtimes use 64.
    private const int MaxContainerId = 230;

    /// <summary>The type, as configurations name it.</summary>
    public const string TypeName = "multinet";

    /// <inheritdoc/>
    public string Type => TypeName;

    /// <inheritdoc/>
    public string About => "MultiNet meta plugin: attaches pods to several networks";

    /// <inheritdoc/>
    public IReadOnlyList<string> SupportedVersions => CniVersion.All;

    /// <inheritdoc/>
    public CniResult Add(PluginContext context) => Run(context, multiplexer => multiplexer.Add(Request(context))[0].Result);

    /// <inheritdoc/>
    public void Del(PluginContext context) => Run(context, multiplexer => multiplexer.Del(Request(context)), asksCluster: false);

    /// <inheritdoc/>
    public void Check(PluginContext context) => Run(context, multiplexer => multiplexer.Check(Request(context)), asksCluster: false);

    /// <inheritdoc/>
    public void Status(PluginContext context) => Run(context, multiplexer => multiplexer.Status(context.Call.Path));

    /// <inheritdoc/>
    public void Gc(PluginContext context)
    {
        // A runtime that does not say what is in use has not said that nothing is.
        if (context.HasValidAttachments)
            Run(context, multiplexer => multiplexer.Gc(context.ValidAttachments, context.Call.Path));
    }

    private static void Run(PluginContext context, Action<Multiplexer> verb, bool asksCluster = true) =>
        Run(context, multiplexer =>
        {
            verb(multiplexer);
            return true;
        }, asksCluster);

    // DEL and CHECK work from the journal; a cluster that cannot be asked is none of their business.
    private static T Run<T>(PluginContext context, Func<Multiplexer, T> verb, bool asksCluster = true)
    {
        var config = MetaConfigReader.Read(context.Call.Config);
        var subject = Subject(context.Call);
        using var logged = new LoggedCall(config, context.Call, subject);
        return logged.Run(() =>
        {
            var reporter = config.ManifestDir.Length == 0 && DaemonClient.IsThere(config.DaemonSocket)
                ? new DaemonReporter(new DaemonClient(config.DaemonSocket), context.Call, subject.Pod, logged.Progress)
                : null;
            try
            {
                using var api = asksCluster ? ClusterApi.Of(config) : null;
                var source = asksCluster ? PodNetworkSources.Open(config, api) : PodNetworkSources.OnDisk(config);
                using var multiplexer = new Multiplexer(config, source, StatusSinks.Open(config, api), reporter ?? logged.Progress, DeviceSources.Of(config, api));
                var result = verb(multiplexer);
                reporter?.Ended(null);
                return result;
            }
            catch (Exception e)
            {
                reporter?.Ended(e);
                throw;
            }
        });
    }

    // Arguments that cannot be read are reported by the verb that needs them, not by the log.
    private static LogSubject Subject(CniCall call)
    {
        try
        {
            return new LogSubject { ContainerId = call.ContainerId, Pod = PodArguments.PodOf(PodArguments.Parse(call.Args)) };
        }
        catch (CniException)
        {
            return new LogSubject { ContainerId = call.ContainerId };
        }
    }

    private static SandboxRequest Request(PluginContext context)
    {
        var call = context.Call;
        if (call.ContainerId.Length > MaxContainerId)
        {
            throw new CniException(
                CniErrorCode.InvalidEnvironmentVariables, $"CNI_CONTAINERID is {call.ContainerId.Length} characters long",
                $"at most {MaxContainerId} are possible: the id is part of file names");
        }
        var args = PodArguments.Parse(call.Args);
        return new SandboxRequest
        {
            ContainerId = call.ContainerId,
            NetNs = call.NetNs,
            IfName = call.IfName,
            Args = args,
            Pod = PodArguments.PodOf(args),
            Path = call.Path,
        };
    }
}
