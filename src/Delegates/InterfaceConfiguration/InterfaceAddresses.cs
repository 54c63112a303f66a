using System.Net.Sockets;
using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.InterfaceConfiguration;

/// <summary>Addresses of an interface on the host that serves several containers.</summary>
internal static class InterfaceAddresses
{
    /// <summary>
    /// Gives the interface an address unless it has it. IPv4 has room for one address, IPv6 for one per subnet: another one is an
    /// error, or gives way.
    /// </summary>
    /// <param name="socket">The socket of the interface's namespace.</param>
    /// <param name="link">The interface.</param>
    /// <param name="address">The address with the subnet's prefix length.</param>
    /// <param name="force">Another address gives way (<c>forceAddress</c>).</param>
    /// <returns>Whether the address is new.</returns>
    /// <exception cref="CniException">There is another address, or the kernel refused.</exception>
    public static bool Ensure(RouteSocket socket, Link link, IPPrefix address, bool force)
    {
        var family = address.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        var others = new List<InterfaceAddress>();
        foreach (var found in socket.AddressList(link.Index, family))
        {
            var present = new IPPrefix(found.Local, found.PrefixLength);
            if (present == address)
                return false;
            if (address.IsIPv4 || present.Contains(address.Address) || address.Contains(present.Address))
                others.Add(found);
        }
        if (others.Count > 0 && !force)
        {
            throw new CniException(
                CniErrorCode.Internal, $"\"{link.Name}\" already has an IP address different from {address}",
                $"It has {others[0]}. Use another bridge for this subnet, or set \"forceAddress\": true to replace the address.");
        }
        foreach (var other in others)
            KernelFailure.Describe($"could not remove IP address from \"{link.Name}\"", () => socket.AddressDelete(link.Index, other));
        try
        {
            socket.AddressAdd(link.Index, new InterfaceAddress
            {
                Local = address.Address,
                PrefixLength = address.Length,
                // A gateway must answer at once; the reference's is mute for a second or two.
                Flags = address.IsIPv4 ? AddressFlags.None : AddressFlags.NoDuplicateDetection,
            });
        }
        catch (NetlinkException e) when (e.IsExists)
        {
            // Another ADD was faster.
            return false;
        }
        catch (NetlinkException e)
        {
            throw KernelFailure.Of(e, $"could not add IP address to \"{link.Name}\"");
        }
        return true;
    }
}
