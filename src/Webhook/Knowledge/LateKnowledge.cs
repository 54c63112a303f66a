using MultiNet.Kubernetes;
using MultiNet.Validation;
using NetworkAttachmentDefinition = MultiNet.Networks.NetworkAttachmentDefinition;

namespace MultiNet.Webhook.Knowledge;

/// <summary>What is known for one request: the cluster's knowledge, and what the API server was asked for besides.</summary>
/// <param name="cluster">The knowledge of all requests.</param>
internal sealed class LateKnowledge(IWebhookKnowledge cluster) : IWebhookKnowledge
{
    private readonly Dictionary<ObjectKey, KnownDefinition?> _late = [];
    private bool _isUncertain;

    /// <inheritdoc/>
    public IReadOnlyList<string> NotSynced => cluster.NotSynced;

    /// <inheritdoc/>
    public bool KnowsDefinitions => cluster.KnowsDefinitions;

    /// <inheritdoc/>
    public bool KnowsAllDefinitions => cluster.KnowsAllDefinitions && !_isUncertain;

    /// <inheritdoc/>
    public IEnumerable<NetworkAttachmentDefinition> Definitions => cluster.Definitions;

    /// <inheritdoc/>
    public bool KnowsPods => cluster.KnowsPods;

    /// <inheritdoc/>
    public bool KnowsNamespaces => cluster.KnowsNamespaces;

    /// <inheritdoc/>
    public bool KnowsNodes => cluster.KnowsNodes;

    /// <summary>What templates name; null where the API server was not asked.</summary>
    public TemplateIndex? Templates { get; init; }

    /// <inheritdoc/>
    public TemplateUse? TemplatesNaming(string network) => Templates?.Of(network);

    /// <summary>Was the definition asked for?</summary>
    public bool Asked(ObjectKey key) => _late.ContainsKey(key);

    /// <summary>The API server's answer.</summary>
    public void Found(ObjectKey key, KnownDefinition? definition) => _late[key] = definition;

    /// <summary>The API server did not answer: what is not known may be there.</summary>
    public void Unknown() => _isUncertain = true;

    /// <inheritdoc/>
    public NetworkAttachmentDefinition? FindDefinition(string @namespace, string name) =>
        cluster.FindDefinition(@namespace, name) ?? _late.GetValueOrDefault(new ObjectKey(@namespace, name))?.Definition;

    /// <inheritdoc/>
    public bool IsBeingDeleted(string @namespace, string name) =>
        _late.GetValueOrDefault(new ObjectKey(@namespace, name))?.IsBeingDeleted ?? cluster.IsBeingDeleted(@namespace, name);

    /// <inheritdoc/>
    public IEnumerable<HeldAttachment> AttachmentsOf(string network) => cluster.AttachmentsOf(network);

    /// <inheritdoc/>
    public IEnumerable<HeldAttachment> HoldersOf(string network, string address) => cluster.HoldersOf(network, address);

    /// <inheritdoc/>
    public NamespaceFacts? FindNamespace(string name) => cluster.FindNamespace(name);

    /// <inheritdoc/>
    public bool IsOffered(string resource) => cluster.IsOffered(resource);
}
