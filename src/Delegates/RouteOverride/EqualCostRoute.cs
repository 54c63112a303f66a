using System.Net;
using MultiNet.Cni;

namespace MultiNet.Delegates.RouteOverride;

/// <summary>A route over several gateways of the interface.</summary>
/// <param name="Destination">The network.</param>
/// <param name="Gateways">The gateways.</param>
internal sealed record EqualCostRoute(IPPrefix Destination, IReadOnlyList<IPAddress> Gateways);
