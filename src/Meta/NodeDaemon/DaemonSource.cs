using MultiNet.Cni;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Sources;
using MultiNet.Networks;

namespace MultiNet.Meta.NodeDaemon;

/// <summary>
/// Pods and definitions from the node daemon: one round trip for a pod and all that it names. What the daemon does not know, or does not
/// answer within a second, the source behind it is asked for, at once and from then on.
/// </summary>
internal sealed class DaemonSource : IPodNetworkSource
{
    private readonly DaemonClient _client;
    private readonly MetaConfig _config;
    private readonly PodReference? _pod;
    private readonly Func<IPodNetworkSource?> _openNext;
    private readonly Dictionary<(string Namespace, string Name), NetworkAttachmentDefinition> _definitions = [];
    // Names that the configuration may mean as a definition, and the daemon knows no such.
    private readonly HashSet<(string Namespace, string Name)> _absent = [];
    private IPodNetworkSource? _next;
    private string _failure = "";

    /// <summary>Nothing is asked yet.</summary>
    /// <param name="client">The daemon.</param>
    /// <param name="config">Names of definitions that every pod gets.</param>
    /// <param name="pod">The pod that the call is for, with its UID; null where there is none.</param>
    /// <param name="openNext">The source behind the daemon; null where none is configured.</param>
    public DaemonSource(DaemonClient client, MetaConfig config, PodReference? pod, Func<IPodNetworkSource?> openNext)
    {
        _client = client;
        _config = config;
        _pod = pod;
        _openNext = openNext;
    }

    /// <inheritdoc/>
    public string Description => _next?.Description ?? "node daemon";

    /// <inheritdoc/>
    public Pod? FindPod(string @namespace, string name)
    {
        if (_next is not null)
            return _next.FindPod(@namespace, name);
        bool isTheOne = _pod is not null && _pod.Namespace == @namespace && _pod.Name == name;
        var configured = ConfiguredDefinitions();
        var answer = Ask(new DaemonRequest
        {
            Operation = DaemonOperation.Pod,
            Namespace = @namespace,
            Name = name,
            Uid = isTheOne ? _pod!.Uid : null,
            Definitions = configured.ConvertAll(static d => $"{d.Namespace}/{d.Name}"),
            DefaultNetworkNamespace = _config.MultusNamespace,
        });
        if (answer?.Pod is not { } pod || pod.Namespace != @namespace || pod.Name != name)
            return Next(answer).FindPod(@namespace, name);
        foreach (var definition in answer.Definitions ?? [])
            _definitions[(definition.Namespace, definition.Name)] = definition.ToDefinition();
        foreach (var wanted in configured)
        {
            if (!_definitions.ContainsKey(wanted))
                _absent.Add(wanted);
        }
        return pod.ToPod(Description);
    }

    /// <inheritdoc/>
    public NetworkAttachmentDefinition? FindDefinition(string @namespace, string name)
    {
        if (_definitions.TryGetValue((@namespace, name), out var definition))
            return definition;
        if (_absent.Contains((@namespace, name)))
            return null;
        // A pod's definition that the daemon lacks may be a moment old. Without a source behind it, the daemon's word is the last.
        return (_next ??= _openNext()) is { } next ? next.FindDefinition(@namespace, name) : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<NetworkAttachmentDefinition> Definitions()
    {
        if (_next is not null)
            return _next.Definitions();
        var answer = Ask(new DaemonRequest { Operation = DaemonOperation.Definitions });
        if (answer?.Definitions is not { } found)
            return Next(answer).Definitions();
        var definitions = new List<NetworkAttachmentDefinition>(found.Count);
        foreach (var definition in found)
            definitions.Add(definition.ToDefinition());
        return definitions;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Pod> Pods()
    {
        if (_next is not null)
            return _next.Pods();
        var answer = Ask(new DaemonRequest { Operation = DaemonOperation.Pods });
        if (answer?.Pods is not { } found)
            return Next(answer).Pods();
        var pods = new List<Pod>(found.Count);
        foreach (var pod in found)
            pods.Add(pod.ToPod(Description));
        return pods;
    }

    private DaemonAnswer? Ask(DaemonRequest request)
    {
        var answer = _client.Ask(request, DaemonClient.QuestionPatience, out string failure);
        _failure = failure;
        return answer;
    }

    private IPodNetworkSource Next(DaemonAnswer? answer)
    {
        string reason = answer switch
        {
            null => $"gives no answer: {_failure}",
            { Unknown: { } unknown } => $"does not know: {unknown}",
            _ => "answered something else",
        };
        return _next = _openNext() ?? throw new CniException(
            CniErrorCode.TryAgainLater, $"the node daemon ({_client.Socket}) {reason}",
            "the API server cannot be asked instead: the configuration has no \"kubeconfig\"; nothing was attached");
    }

    // As the planner is going to look them up; a name with a slash is a path.
    private List<(string Namespace, string Name)> ConfiguredDefinitions()
    {
        var names = new List<(string, string)>();
        if (_config.ClusterNetwork.Length > 0 && !_config.ClusterNetwork.Contains('/'))
            names.Add((_config.MultusNamespace, _config.ClusterNetwork));
        foreach (string name in _config.DefaultNetworks)
        {
            if (!name.Contains('/'))
                names.Add((_config.MultusNamespace, name));
        }
        return names;
    }
}
