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

    public KnownCluster Holding(string network, string pod, string ip, string mac = "")
    {
        if (!Held.TryGetValue(network, out var held))
            Held[network] = held = [];
        held.Add(new HeldAttachment("default", pod, [ip], mac));
        return this;
    }
}
