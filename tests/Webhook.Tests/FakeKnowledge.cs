using MultiNet.Networks;
using MultiNet.Validation;
using MultiNet.Webhook.Knowledge;

namespace MultiNet.Webhook.Tests;

/// <summary>Knowledge that a test makes up.</summary>
internal sealed class FakeKnowledge : IWebhookKnowledge
{
    public List<string> Missing { get; } = [];

    public Dictionary<string, NamespaceFacts> Namespaces { get; } = [];

    public List<NetworkAttachmentDefinition> Known { get; } = [];

    public Dictionary<string, List<HeldAttachment>> Held { get; } = [];

    public IReadOnlyList<string> NotSynced => Missing;

    public bool KnowsDefinitions => Missing.Count == 0;

    public bool KnowsAllDefinitions => Missing.Count == 0;

    public bool KnowsPods => Missing.Count == 0;

    public bool KnowsNamespaces => Missing.Count == 0;

    public IEnumerable<NetworkAttachmentDefinition> Definitions => Known;

    public NetworkAttachmentDefinition? FindDefinition(string @namespace, string name) => Known.Find(found => found.Namespace == @namespace && found.Name == name);

    public IEnumerable<HeldAttachment> AttachmentsOf(string network) => Held.GetValueOrDefault(network) ?? [];

    public NamespaceFacts? FindNamespace(string name) => Namespaces.GetValueOrDefault(name);

    public FakeKnowledge WithNamespace(string name, bool isTerminating = false)
    {
        Namespaces[name] = new NamespaceFacts(name, isTerminating, new Dictionary<string, string>(), new Dictionary<string, string>());
        return this;
    }
}
