using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Detaching;
using MultiNet.Meta.Devices;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Planning;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Status;

namespace MultiNet.Meta;

/// <summary>
/// The meta plugin's verbs over all attachments of a sandbox, for the plugin and the command line alike. An instance serves one call
/// at a time.
/// </summary>
public sealed partial class Multiplexer : IDisposable
{
    // Longer than any single plugin may take would let two runtimes' retries pile up; the runtime itself gives up after minutes.
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(60);

    private readonly MetaConfig _config;
    private readonly IPodNetworkSource? _source;
    private readonly IStatusSink? _statusSink;
    private readonly IAttachmentProgress? _progress;
    private readonly IReadOnlyList<IDeviceSource> _devices;
    private readonly JournalStore _journals;
    private readonly ResultCache _cache;
    private readonly ResultCache _runtimeCache;
    private readonly AttachmentWorker _worker;
    private StateLock? _held;

    /// <summary>Makes a multiplexer; nothing is opened before a verb needs it.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="source">Where pods and definitions come from; null where no cluster is configured.</param>
    /// <param name="statusSink">Where network-status is written; null for nowhere.</param>
    /// <param name="progress">Hears how it goes; null for nobody.</param>
    /// <param name="devices">Who knows the devices that were allocated to pods, in the order in which they are asked; null for nobody.</param>
    public Multiplexer(
        MetaConfig config, IPodNetworkSource? source, IStatusSink? statusSink = null, IAttachmentProgress? progress = null, IReadOnlyList<IDeviceSource>? devices = null)
    {
        _devices = devices ?? [];
        _config = config;
        _source = source;
        _statusSink = statusSink;
        _progress = progress;
        _journals = new JournalStore(config.StateDir);
        _cache = new ResultCache(config.CniDir);
        _runtimeCache = new ResultCache(config.RuntimeCacheDir);
        _worker = new AttachmentWorker(config.Builtin, process => _held?.NoteStarted(process));
    }

    /// <summary>What an ADD would do. Reads the source and configuration files only; needs no privileges.</summary>
    /// <exception cref="CniException">Everything that is wrong with the request, at once.</exception>
    public AttachmentPlan Plan(SandboxRequest request) => Planner(_devices).Plan(WithBinDir(request));

    /// <summary>Closes sockets and namespaces.</summary>
    public void Dispose() => _worker.Dispose();

    private AttachmentPlanner Planner(IReadOnlyList<IDeviceSource>? devices) => new(_config, _source, _worker.Invoker, devices);

    private StateLock Lock(SandboxRequest request)
    {
        For(request, () => _held = StateLock.ForSandbox(_config.StateDir, request.ContainerId, LockPatience));
        return _held!;
    }

    private AttachmentReleaser Releaser() => new(_config, _journals, _cache, _runtimeCache, _worker, _progress);

    // Files and locks know nothing of pods; whoever reads the error has many of them.
    private static void For(SandboxRequest request, Action action)
    {
        try
        {
            action();
        }
        catch (CniException e)
        {
            throw e.Prefixed($"{request}: ");
        }
    }

    // "binDir" comes before what the runtime's CNI_PATH names, as in the reference.
    private SandboxRequest WithBinDir(SandboxRequest request) => request with { Path = PluginPath(request.Path) };

    private List<string> PluginPath(IReadOnlyList<string> path)
    {
        var result = new List<string>(path.Count + 1) { _config.BinDir };
        foreach (string directory in path)
        {
            if (!result.Contains(directory))
                result.Add(directory);
        }
        return result;
    }
}
