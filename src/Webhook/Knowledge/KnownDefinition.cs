using MultiNet.Networks;

namespace MultiNet.Webhook.Knowledge;

/// <summary>A definition as rules look at it.</summary>
/// <param name="Definition">The definition.</param>
/// <param name="IsBeingDeleted">Has it a <c>deletionTimestamp</c>?</param>
internal sealed record KnownDefinition(NetworkAttachmentDefinition Definition, bool IsBeingDeleted);
