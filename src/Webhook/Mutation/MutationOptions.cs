namespace MultiNet.Webhook.Mutation;

/// <summary>What <c>/mutate</c> does; the object <c>mutation</c> of the configuration.</summary>
internal sealed record MutationOptions
{
    /// <summary><c>enabled</c>: is anything done at all?</summary>
    public bool Enabled { get; init; }

    /// <summary><c>resources</c>: ask for the devices of the definitions' resources?</summary>
    public bool Resources { get; init; } = true;

    /// <summary><c>nodeAffinity</c>: keep pods to the nodes of the definitions' node selectors?</summary>
    public bool NodeAffinity { get; init; } = true;

    /// <summary><c>namespaceDefaults</c>: add the networks that the namespace's annotation names?</summary>
    public bool NamespaceDefaults { get; init; } = true;

    /// <summary><c>interfaceNames</c>: write the interface names that would be given, so that networks can be plugged later?</summary>
    public bool InterfaceNames { get; init; }

    /// <summary>The interface of the cluster's default network in a pod: the one of <c>validation</c>.</summary>
    public string PodInterface { get; init; } = "eth0";

    /// <summary>Where the default-network annotation looks for definitions: the one of <c>validation</c>.</summary>
    public string MultusNamespace { get; init; } = "kube-system";
}
