using MultiNet.Validation;
using MultiNet.Webhook.Configuration;
using MultiNet.Webhook.Mutation;

namespace MultiNet.Webhook.Admission;

/// <summary>What reviews are judged by; replaced as a whole where the configuration changes.</summary>
internal sealed class ReviewSettings
{
    /// <summary>Takes it from a configuration.</summary>
    public ReviewSettings(WebhookConfig config)
    {
        var options = config.Validation with { InjectsResources = config.Mutation is { Enabled: true, Resources: true } };
        Options = options;
        Mutation = config.Mutation with { PodInterface = options.PodInterface, MultusNamespace = options.MultusNamespace };
        Definitions = new DefinitionValidator(options);
        Pods = new PodValidator(options);
        Updates = new UpdateValidator(options);
        Deletions = new DeletionValidator(options);
        Policies = new MultiNetworkPolicyValidator(options);
        Namespaces = new NamespaceValidator(options);
    }

    /// <summary>What an operator says of the cluster, and wants.</summary>
    public ValidationOptions Options { get; }

    /// <summary>What <c>/mutate</c> does.</summary>
    public MutationOptions Mutation { get; }

    /// <summary>The rules for definitions.</summary>
    public DefinitionValidator Definitions { get; }

    /// <summary>The rules for pods.</summary>
    public PodValidator Pods { get; }

    /// <summary>The rules for changes of both.</summary>
    public UpdateValidator Updates { get; }

    /// <summary>The rules for deleting definitions.</summary>
    public DeletionValidator Deletions { get; }

    /// <summary>The rules for MultiNetworkPolicies.</summary>
    public MultiNetworkPolicyValidator Policies { get; }

    /// <summary>The rules for namespaces.</summary>
    public NamespaceValidator Namespaces { get; }
}
