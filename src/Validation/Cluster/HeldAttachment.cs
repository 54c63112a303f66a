namespace MultiNet.Validation;

/// <summary>What a live pod holds on a network: from its network-status, or asked for in its annotation.</summary>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Pod">The pod's name.</param>
/// <param name="Ips">Addresses without prefix length, as the standard writes them.</param>
/// <param name="Mac">The hardware address in lower case with colons, or empty.</param>
public sealed record HeldAttachment(string Namespace, string Pod, IReadOnlyList<string> Ips, string Mac);
