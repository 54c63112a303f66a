using MultiNet.Kubernetes;
using MultiNet.Validation;

namespace MultiNet.Webhook.Knowledge;

/// <summary>What the webhook knows of the cluster: what the rules ask, and whether it is complete.</summary>
internal interface IWebhookKnowledge : IClusterKnowledge
{
    /// <summary>What has not been listed yet, one line each; empty where all is known.</summary>
    IReadOnlyList<string> NotSynced { get; }

    /// <summary>
    /// The same knowledge, after the API server was asked itself for definitions that are not known: a pod often comes right behind its
    /// definition, and before the watch tells of it. What cannot be asked is not certainly missing.
    /// </summary>
    /// <param name="wanted">The definitions that a request names.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IWebhookKnowledge> WithAsync(IReadOnlyList<ObjectKey> wanted, CancellationToken cancellationToken) => new(this);

    /// <summary>
    /// The same knowledge, after the API server was asked for the workloads whose templates name definitions. They are not watched: five more kinds would be
    /// held in memory for a question that is asked once in a while.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IWebhookKnowledge> WithWorkloadsAsync(CancellationToken cancellationToken) => new(this);
}
