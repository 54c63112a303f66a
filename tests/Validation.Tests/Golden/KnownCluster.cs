using MultiNet.Networks;

namespace MultiNet.Validation.Tests.Golden;

/// <summary>A cluster of which everything is known.</summary>
internal sealed class KnownCluster(params NetworkAttachmentDefinition[] definitions) : IClusterKnowledge
{
    public Dictionary<string, List<HeldAttachment>> Held { get; } = [];

    public bool KnowsDefinitions => true;

    public bool KnowsAllDefinitions => true;

    public IEnumerable<NetworkAttachmentDefinition> Definitions => definitions;

    public bool KnowsPods => true;

    public NetworkAttachmentDefinition? FindDefinition(string @namespace, string name) =>
        Array.Find(definitions, definition => definition.Namespace == @namespace && definition.Name == name);

    public IEnumerable<HeldAttachment> AttachmentsOf(string network) => Held.GetValueOrDefault(network) ?? [];

    public static NetworkAttachmentDefinition Define(string name, string config, string resource = "", string selector = "") => new()
    {
        Namespace = "default", Name = name, Config = config,
        Annotations = new Dictionary<string, string> { [AnnotationKeys.ResourceName] = resource, [AnnotationKeys.NodeSelector] = selector }
            .Where(pair => pair.Value.Length > 0).ToDictionary(),
    };

    public bool KnowsNamespaces { get; init; } = true;

    public bool KnowsNodes => true;

    public Dictionary<string, NamespaceFacts> Namespaces { get; } = [];

    public HashSet<string> Deleted { get; } = [];

    public HashSet<string>? Offered { get; init; }

    public NamespaceFacts? FindNamespace(string name) => Namespaces.GetValueOrDefault(name);

    public bool IsBeingDeleted(string @namespace, string name) => Deleted.Contains($"{@namespace}/{name}");

    public TemplateUse? Templates { get; init; }

    public TemplateUse? TemplatesNaming(string network) => Templates;

    public bool IsOffered(string resource) => Offered?.Contains(resource) ?? true;

    public KnownCluster In(string name, bool terminating = false, params (string Key, string Value)[] labels)
    {
        Namespaces[name] = new NamespaceFacts(name, terminating, labels.ToDictionary(label => label.Key, label => label.Value), new Dictionary<string, string>());
        return this;
    }

    public KnownCluster Holding(string network, string pod, string ip, string mac = "")
    {
        if (!Held.TryGetValue(network, out var held))
            Held[network] = held = [];
        held.Add(new HeldAttachment("default", pod, [ip], mac));
        return this;
    }
}
