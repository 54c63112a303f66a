using MultiNet.Cni;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Planning;
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
    private readonly Func<IPodNetworkSource?> _openNext;
    private readonly Dictionary<DefinitionReference, NetworkAttachmentDefinition> _definitions = [];
    // Names that the configuration may mean as a definition, and the daemon knows no such.
    private readonly HashSet<DefinitionReference> _absent = [];
    private IPodNetworkSource? _next;
    private string _failure = "";

    /// <summary>Nothing is asked yet.</summary>
    /// <param name="client">The daemon.</param>
    /// <param name="config">Names of definitions that every pod gets.</param>
    /// <param name="openNext">The source behind the daemon; null where none is configured.</param>
    public DaemonSource(DaemonClient client, MetaConfig config, Func<IPodNetworkSource?> openNext)
    {
        _client = client;
        _config = config;
        _openNext = openNext;
    }

    /// <inheritdoc/>
    public string Description => _next?.Description ?? "node daemon";

    /// <inheritdoc/>
    public Pod? FindPod(PodReference reference)
    {
        if (_next is not null)
            return _next.FindPod(reference);
        var (@namespace, name) = (reference.Namespace, reference.Name);
        var configured = WantedDefinitions.Configured(_config, @namespace);
        var answer = Ask(new DaemonRequest
        {
            Operation = DaemonOperation.Pod,
            Namespace = @namespace,
            Name = name,
            Uid = reference.Uid.Length > 0 ? reference.Uid : null,
            Definitions = [.. configured.Select(static d => d.ToString())],
            DefaultNetworkNamespace = _config.MultusNamespace,
        });
        if (answer?.Pod is not { } pod || pod.Namespace != @namespace || pod.Name != name)
            return Next(answer).FindPod(reference);
        foreach (var definition in answer.Definitions ?? [])
            _definitions[new(definition.Namespace, definition.Name)] = definition.ToDefinition();
        foreach (var wanted in configured)
        {
            if (!_definitions.ContainsKey(wanted))
                _absent.Add(wanted);
        }
        return pod.ToPod(Description);
    }

    /// <inheritdoc/>
    public void Prefetch(IReadOnlyCollection<DefinitionReference> definitions)
    {
        var missing = definitions.Where(wanted => !_definitions.ContainsKey(wanted) && !_absent.Contains(wanted)).ToArray();
        // A pod's definition that the daemon lacks may be a moment old. Without a source behind it, the daemon's word is the last.
        if (missing.Length > 0)
            (_next ??= _openNext())?.Prefetch(missing);
    }

    /// <inheritdoc/>
    public NetworkAttachmentDefinition? FindDefinition(string @namespace, string name)
    {
        if (_definitions.TryGetValue(new(@namespace, name), out var definition))
            return definition;
        if (_absent.Contains(new(@namespace, name)))
            return null;
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
}
