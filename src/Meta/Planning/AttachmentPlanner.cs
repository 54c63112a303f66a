using MultiNet.Cni;
using MultiNet.Meta.Attaching;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Devices;
using MultiNet.Meta.Sources;
using MultiNet.Networks;

namespace MultiNet.Meta.Planning;

/// <summary>
/// Makes the plan of an ADD: which networks, in which order, with which interface names, arguments and default routes. Reads
/// the source and configuration files, touches nothing.
/// </summary>
internal sealed partial class AttachmentPlanner
{
    private readonly MetaConfig _config;
    private readonly IPodNetworkSource? _source;
    private readonly NetworkLookup _lookup;
    private readonly IPluginInvoker _invoker;
    private readonly IReadOnlyList<IDeviceSource>? _devices;

    /// <param name="config">The meta plugin's configuration.</param>
    /// <param name="source">Where pods and definitions come from; null where no cluster is configured.</param>
    /// <param name="invoker">Says where plugins come from; none is run.</param>
    /// <param name="devices">Who knows the pod's devices, in the order in which they are asked; null where the plan may do without, as for a DEL.</param>
    public AttachmentPlanner(MetaConfig config, IPodNetworkSource? source, IPluginInvoker invoker, IReadOnlyList<IDeviceSource>? devices)
    {
        _devices = devices;
        _config = config;
        _source = source;
        _invoker = invoker;
        _lookup = new NetworkLookup(config, source);
    }

    /// <summary>Makes the plan.</summary>
    /// <exception cref="CniException">Everything that is wrong with the request, at once. Code 11: the pod is not known (yet).</exception>
    public AttachmentPlan Plan(SandboxRequest request)
    {
        var problems = new PlanProblems();
        var pod = FindPod(request);
        var selections = PodSelections.Of(pod, request.IfName);
        string podNamespace = pod?.Namespace ?? request.Pod?.Namespace ?? "";
        _source?.Prefetch([.. WantedDefinitions.Configured(_config, podNamespace), .. Selected(selections, podNamespace)]);
        var candidates = new List<NetworkCandidate>();
        AddConfiguredNetworks(candidates, podNamespace, problems);
        AddDefaultNetworkAnnotation(candidates, pod, selections.Default, problems);
        AddNetworksAnnotation(candidates, pod, selections.Networks, problems);
        AddAuxiliaryChain(candidates, problems);
        problems.ThrowIfAny(request);

        string[] names = InterfaceNames(candidates, request, problems);
        var routes = DefaultRoutes([.. candidates.Select((c, i) => new DefaultRouteClaim(c.DisplayName, names[i], c.Selection?.DefaultRoute))], problems);
        string?[] devices = new DeviceAssignment(_devices, request, pod, inUse: []).Assign(candidates, names, standing: null, problems);
        var attachments = new List<PlannedAttachment>(candidates.Count);
        for (int i = 0; i < candidates.Count; i++)
        {
            if (PlanAttachment(candidates[i], i, names[i], routes[i], devices[i], request, pod, problems) is { } attachment)
                attachments.Add(attachment);
        }
        ContainerInterfaces.Check(attachments, problems);
        problems.ThrowIfAny(request);
        return new AttachmentPlan { Pod = request.Pod, PodUid = pod?.Uid ?? "", Attachments = attachments, Warnings = problems.Warnings };
    }

    private Pod? FindPod(SandboxRequest request)
    {
        if (request.Pod is not { } reference || _source is null)
            return null;
        var pod = _source.FindPod(reference)
            ?? throw new CniException(
                CniErrorCode.TryAgainLater, $"{request}: the pod is not in the {_source.Description}",
                "its networks are not known; nothing was attached");
        // The UID is the only thing that tells a recreated pod from the one that this sandbox was made for.
        if (reference.Uid.Length > 0 && pod.Uid.Length > 0 && reference.Uid != pod.Uid && !pod.IsStatic)
        {
            throw new CniException(
                CniErrorCode.TryAgainLater, $"{request}: expected pod UID \"{reference.Uid}\" but got \"{pod.Uid}\" from the {_source.Description}",
                "the pod was replaced by another of the same name");
        }
        return pod;
    }

    private void AddConfiguredNetworks(List<NetworkCandidate> candidates, string podNamespace, PlanProblems problems)
    {
        // The specification has the cluster's default network first (NPWG 1.3, section 6.2).
        if (_config.ClusterNetwork.Length > 0)
        {
            Try(problems, () => candidates.Add(_lookup.ByName(_config.ClusterNetwork, "clusterNetwork")));
        }
        else
        {
            for (int i = 0; i < _config.Delegates.Count; i++)
            {
                int index = i;
                Try(problems, () => candidates.Add(NetworkLookup.InPlace(_config, index)));
            }
        }
        if (_config.SystemNamespaces.Contains(podNamespace))
            return;
        foreach (string name in _config.DefaultNetworks)
            Try(problems, () => candidates.Add(_lookup.ByName(name, "defaultNetworks")));
    }

    private void AddDefaultNetworkAnnotation(List<NetworkCandidate> candidates, Pod? pod, DefaultNetworkAnnotation? annotation, PlanProblems problems)
    {
        if (annotation is null || !Report(problems, AnnotationKeys.DefaultNetwork, annotation.Problems) || annotation.Element is not { } element)
            return;
        Try(problems, () =>
        {
            var candidate = Select(pod!, element, _config.MultusNamespace, AnnotationKeys.DefaultNetwork);
            if (candidates.Count > 0)
                candidates[0] = candidate;
        });
    }

    private void AddNetworksAnnotation(List<NetworkCandidate> candidates, Pod? pod, NetworkSelectionAnnotation? annotation, PlanProblems problems)
    {
        if (annotation is null || !Report(problems, AnnotationKeys.Networks, annotation.Problems))
            return;
        foreach (var element in annotation.Elements)
            Try(problems, () => candidates.Add(Select(pod!, element, pod!.Namespace, AnnotationKeys.Networks) with { IsSelected = true }));
    }

    private void AddAuxiliaryChain(List<NetworkCandidate> candidates, PlanProblems problems)
    {
        if (_config.AuxiliaryCniChainName.Length == 0)
            return;
        Try(problems, () =>
        {
            if (_lookup.AuxiliaryChain() is { } candidate)
                candidates.Add(candidate);
        });
    }

    private NetworkCandidate Select(Pod pod, NetworkSelectionElement element, string defaultNamespace, string annotation)
    {
        string @namespace = element.Namespace.Length > 0 ? element.Namespace : defaultNamespace;
        // NPWG 7.4. The reference does not look at the default-network annotation here, so that isolation can be walked around.
        if (!MayUse(@namespace, pod.Namespace))
        {
            throw new CniException(
                CniErrorCode.InvalidNetworkConfig,
                $"{annotation}: {@namespace}/{element.Name} may not be used by pod {pod.Namespace}/{pod.Name}: namespace isolation is on",
                $"allowed: definitions in namespace {pod.Namespace}" + (_config.GlobalNamespaces.Count > 0
                    ? $" and in the global namespaces {string.Join(", ", _config.GlobalNamespaces)}" : ""));
        }
        return _lookup.Definition(@namespace, element.Name) with { Selection = element, Asked = SelectionRequest.Of(element) };
    }

    private IReadOnlyList<DefinitionReference> Selected(PodSelections selections, string podNamespace) =>
        WantedDefinitions.Selected(selections, podNamespace, _config.MultusNamespace, @namespace => MayUse(@namespace, podNamespace));

    private bool MayUse(string @namespace, string podNamespace) =>
        !_config.NamespaceIsolation || @namespace == podNamespace || _config.GlobalNamespaces.Contains(@namespace);

    private static bool Report(PlanProblems problems, string annotation, IReadOnlyList<Problem> found)
    {
        bool valid = true;
        foreach (var problem in found)
        {
            if (problem.IsError)
            {
                problems.Error($"annotation {annotation}: {problem}");
                valid = false;
            }
            else
            {
                problems.Warning($"annotation {annotation}: {problem}");
            }
        }
        return valid;
    }

    private static void Try(PlanProblems problems, Action action)
    {
        try
        {
            action();
        }
        catch (CniException e)
        {
            problems.Error(e);
        }
    }
}
