namespace MultiNet.Webhook.Mutation;

/// <summary>An operation of a JSON patch (RFC 6902).</summary>
/// <param name="Op"><c>add</c>, <c>replace</c> or <c>remove</c>.</param>
/// <param name="Path">A JSON pointer (RFC 6901).</param>
/// <param name="Value">The value as JSON text; empty for <c>remove</c>.</param>
internal sealed record PatchOperation(string Op, string Path, string Value = "");
