namespace MultiNet.Validation;

/// <summary>An item of a policy's <c>ports</c>.</summary>
/// <param name="Field">Its field: <c>spec.ingress</c>.</param>
/// <param name="Path">Where in it: <c>[0].ports[1]</c>.</param>
/// <param name="Number">The port; null where it has a name, or none is there.</param>
/// <param name="End">The last port of a range; null where none is there.</param>
/// <param name="Protocol">The protocol; empty for TCP.</param>
public sealed record PolicyPort(string Field, string Path, long? Number, long? End, string Protocol);
