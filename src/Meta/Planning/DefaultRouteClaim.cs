using System.Net;

namespace MultiNet.Meta.Planning;

/// <summary>What an attachment says about the pod's default routes.</summary>
/// <param name="DisplayName">The network, for messages.</param>
/// <param name="InterfaceName">Its interface.</param>
/// <param name="Gateways">The gateways of its <c>default-route</c>; null where it has none.</param>
internal sealed record DefaultRouteClaim(string DisplayName, string InterfaceName, IReadOnlyList<IPAddress>? Gateways);
