using System.Net;
using MultiNet.Delegates.Ipam.Dhcp.Messages;
using MultiNet.Netlink;

namespace MultiNet.Delegates.Ipam.Dhcp.Leases;

/// <summary>The networks in which leases are asked for: the kernel's, or a scripted one in tests.</summary>
internal interface ILeaseNetwork
{
    /// <summary>Opens a container's interface for an exchange of messages.</summary>
    /// <param name="netns">The path of the container's network namespace.</param>
    /// <param name="ifName">The interface.</param>
    /// <param name="setUp">Set the interface up where it is down.</param>
    /// <param name="received">Gets each message to a client's port, with the hardware address of the last hop.</param>
    /// <exception cref="LinkGoneException">The namespace or the interface is gone.</exception>
    /// <exception cref="Cni.CniException">It cannot be opened for another reason, which may pass.</exception>
    ILeaseLink Open(string netns, string ifName, bool setUp, Action<DhcpMessage, MacAddress> received);
}

/// <summary>A container's interface, open for an exchange of messages.</summary>
internal interface ILeaseLink : IDisposable
{
    /// <summary>Its hardware address.</summary>
    MacAddress HardwareAddress { get; }

    /// <summary>Sends a message to a server's port.</summary>
    /// <param name="message">The message.</param>
    /// <param name="source">The address from which it comes; 0.0.0.0 while there is none.</param>
    /// <param name="destination">The server, or 255.255.255.255.</param>
    /// <param name="nextHop">The server's or relay's hardware address; empty for everybody.</param>
    /// <exception cref="Cni.CniException">The kernel does not send it.</exception>
    void Send(DhcpMessage message, IPAddress source, IPAddress destination, MacAddress nextHop);

    /// <summary>Takes the interface down: its address may be somebody else's by now.</summary>
    /// <exception cref="Cni.CniException">The kernel refuses.</exception>
    void SetDown();
}
