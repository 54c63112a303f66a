using MultiNet.Cni;
using MultiNet.Meta.Sources;
using MultiNet.Networks;

namespace MultiNet.Meta.Tests.Doubles;

/// <summary>Pods and definitions in memory.</summary>
internal sealed class FakeSource : IPodNetworkSource
{
    private readonly List<Pod> _pods = [];
    private readonly List<NetworkAttachmentDefinition> _definitions = [];

    public string Description => "test";

    public FakeSource Pod(string name, string? networks = null, string? defaultNetwork = null, string @namespace = "default", string uid = "")
    {
        var annotations = new Dictionary<string, string>();
        if (networks is not null)
            annotations[AnnotationKeys.Networks] = networks;
        if (defaultNetwork is not null)
            annotations[AnnotationKeys.DefaultNetwork] = defaultNetwork;
        _pods.Add(new Pod { Namespace = @namespace, Name = name, Uid = uid, Annotations = annotations });
        return this;
    }

    public FakeSource Definition(string name, string? config, string @namespace = "default", string? resource = null)
    {
        var annotations = new Dictionary<string, string>();
        if (resource is not null)
            annotations[AnnotationKeys.ResourceName] = resource;
        _definitions.Add(new NetworkAttachmentDefinition { Namespace = @namespace, Name = name, Config = config, Annotations = annotations });
        return this;
    }

    /// <summary>Changes the networks annotation of a pod that is there; null takes it away.</summary>
    public void Annotate(string name, string? networks)
    {
        var pod = _pods.Single(p => p.Name == name);
        _pods.Remove(pod);
        Pod(name, networks, @namespace: pod.Namespace, uid: pod.Uid);
    }

    /// <summary>Deletes a pod.</summary>
    public void Delete(string name) => _pods.RemoveAll(p => p.Name == name);

    /// <summary>Replaces a definition's configuration.</summary>
    public void Redefine(string name, string config)
    {
        _definitions.RemoveAll(d => d.Name == name);
        Definition(name, config);
    }

    /// <summary>Forgets everything, as if all objects had been deleted.</summary>
    public void Clear()
    {
        _pods.Clear();
        _definitions.Clear();
    }

    /// <summary>What the planner said that it will ask for.</summary>
    public List<DefinitionReference> Announced { get; } = [];

    /// <summary>Can the pods not be read?</summary>
    public bool PodsFail { get; set; }

    public Pod? FindPod(PodReference pod) => PodsFail
        ? throw new CniException(CniErrorCode.TryAgainLater, "the source is away") : _pods.Find(p => p.Namespace == pod.Namespace && p.Name == pod.Name);

    public void Prefetch(IReadOnlyCollection<DefinitionReference> definitions) => Announced.AddRange(definitions);

    public NetworkAttachmentDefinition? FindDefinition(string @namespace, string name) =>
        _definitions.Find(d => d.Namespace == @namespace && d.Name == name);

    /// <summary>Can the definitions not be listed?</summary>
    public bool DefinitionsFail { get; set; }

    public IReadOnlyList<NetworkAttachmentDefinition> Definitions() =>
        DefinitionsFail ? throw new CniException(CniErrorCode.TryAgainLater, "the source is away") : _definitions;

    public IReadOnlyList<Pod> Pods() => _pods;
}
