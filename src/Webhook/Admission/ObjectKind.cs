namespace MultiNet.Webhook.Admission;

/// <summary>What a request is about, as far as it matters here.</summary>
internal enum ObjectKind
{
    /// <summary>Nothing that is known here: it passes.</summary>
    Other,

    /// <summary>A NetworkAttachmentDefinition.</summary>
    Definition,

    /// <summary>A pod.</summary>
    Pod,

    /// <summary>A workload with a template of pods: it is warned about, and never refused, for its pods are.</summary>
    Workload,

    /// <summary>A MultiNetworkPolicy.</summary>
    Policy,

    /// <summary>A namespace: it is warned about, and never refused, for it is more than its networks.</summary>
    Namespace,
}
