namespace MultiNet.Delegates.Ipam.Dhcp.Leases;

/// <summary>The container's namespace or interface is not there any more.</summary>
internal sealed class LinkGoneException(string message) : Exception(message);
