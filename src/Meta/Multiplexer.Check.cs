using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Detaching;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Planning;

namespace MultiNet.Meta;

public sealed partial class Multiplexer
{
    /// <summary>Is every attachment of the sandbox as ADD left it?</summary>
    /// <exception cref="CniException">What is not; code 3 if the sandbox is not known at all.</exception>
    public void Check(SandboxRequest request)
    {
        request = WithBinDir(request);
        using var held = Lock(request);
        var journal = _journals.Read(request.ContainerId, request.IfName)
            ?? RecordedAttachments.FromCache([_cache, _runtimeCache], request, _journals.Others(request.ContainerId, request.IfName), out _);
        if (journal.Attachments.Count == 0)
        {
            throw new CniException(
                CniErrorCode.UnknownContainer, $"{request}: there is no attachment of interface {request.IfName}",
                $"neither a journal in {_config.StateDir} nor a cached result in {_config.CniDir}");
        }
        var failures = Drift(journal, request).ConvertAll(drift => drift.Error);
        if (failures.Count > 0)
            throw Failures.Combine($"{request}: CHECK failed", failures);
    }

    /// <summary>Could an ADD be served now? Asks the networks that every pod gets; a definition that nobody uses cannot make a node unready.</summary>
    /// <exception cref="CniException">Code 50 or 51, as the plugin said; code 50 for anything else that is in the way.</exception>
    /// <param name="path"><c>CNI_PATH</c>.</param>
    public void Status(IReadOnlyList<string> path)
    {
        ReadinessIndicator.Require(_config.ReadinessIndicatorFile);
        try
        {
            JournalStore.CreatePrivateDirectory(_config.StateDir);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.PluginNotAvailable, $"the state directory {_config.StateDir} cannot be written: {e.Message}", "", e);
        }
        var failures = new List<CniException>();
        var runner = _worker.Runner(PluginPath(path));
        foreach (var network in ConfiguredNetworks(failures))
            Collect(failures, network.DisplayName, () => runner.Status(network.Config, Deadline.After(_config.AttachmentTimeout)));
        if (failures.Count == 0)
            return;
        var code = failures.Exists(f => f.Code == CniErrorCode.LimitedConnectivity) ? CniErrorCode.LimitedConnectivity : CniErrorCode.PluginNotAvailable;
        var combined = Failures.Combine("an ADD cannot be served", failures);
        throw new CniException(code, combined.Message, combined.Details, combined);
    }

    // The networks of every pod; the cluster's default network comes first.
    private List<NetworkCandidate> ConfiguredNetworks(List<CniException> failures, bool defaultOnly = false)
    {
        var lookup = new NetworkLookup(_config, _source);
        var names = new List<Func<NetworkCandidate>>();
        if (_config.ClusterNetwork.Length > 0)
            names.Add(() => lookup.ByName(_config.ClusterNetwork, "clusterNetwork"));
        else
            names.AddRange(Enumerable.Range(0, _config.Delegates.Count).Select<int, Func<NetworkCandidate>>(i => () => NetworkLookup.InPlace(_config, i)));
        names.AddRange(_config.DefaultNetworks.Select<string, Func<NetworkCandidate>>(name => () => lookup.ByName(name, "defaultNetworks")));
        var networks = new List<NetworkCandidate>();
        foreach (var find in defaultOnly ? names.Take(1) : names)
            Collect(failures, "configuration", () => networks.Add(find()));
        return networks;
    }

    private static void Collect(List<CniException> failures, string what, Action action)
    {
        try
        {
            action();
        }
        catch (CniException e)
        {
            failures.Add(e.Prefixed($"network {what}: "));
        }
    }
}
