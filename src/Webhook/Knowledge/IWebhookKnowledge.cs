using MultiNet.Validation;

namespace MultiNet.Webhook.Knowledge;

/// <summary>What the webhook knows of the cluster: what the rules ask, and whether it is complete.</summary>
internal interface IWebhookKnowledge : IClusterKnowledge
{
    /// <summary>What has not been listed yet, one line each; empty where all is known.</summary>
    IReadOnlyList<string> NotSynced { get; }
}
