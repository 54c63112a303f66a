namespace MultiNet.Webhook.Configuration;

/// <summary>Are rules applied that need to know the cluster: <c>clusterKnowledge</c>.</summary>
internal enum ClusterKnowledgeUse
{
    /// <summary><c>off</c>: no; the API server is not watched.</summary>
    Off,

    /// <summary><c>optional</c>: yes, as soon as the caches are complete; the webhook is ready before.</summary>
    Optional,

    /// <summary><c>required</c>: yes; the webhook is not ready before the caches are complete.</summary>
    Required,
}
