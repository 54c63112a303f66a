using MultiNet.Validation;

namespace MultiNet.Webhook.Knowledge;

/// <summary>An attachment of a pod.</summary>
/// <param name="Network">The definition's <c>namespace/name</c>.</param>
/// <param name="Held">What the pod holds on it.</param>
internal readonly record struct PodAttachment(string Network, HeldAttachment Held);
