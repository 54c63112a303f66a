using System.Net;
using MultiNet.Cni;

namespace MultiNet.Delegates.Ipam.Static;

/// <summary>An address to assign.</summary>
/// <param name="Address">The address with its prefix length.</param>
/// <param name="Gateway">The subnet's gateway, or null.</param>
internal readonly record struct StaticAddress(IPPrefix Address, IPAddress? Gateway);
