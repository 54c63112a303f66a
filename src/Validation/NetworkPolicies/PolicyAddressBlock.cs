namespace MultiNet.Validation;

/// <summary>An <c>ipBlock</c> of a policy.</summary>
/// <param name="Field">Its field: <c>spec.ingress</c>.</param>
/// <param name="Path">Where in it: <c>[0].from[1].ipBlock</c>.</param>
/// <param name="Cidr">The network.</param>
/// <param name="Except">What of it is left out.</param>
public sealed record PolicyAddressBlock(string Field, string Path, string Cidr, IReadOnlyList<string> Except);
