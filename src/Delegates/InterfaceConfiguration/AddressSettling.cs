using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.InterfaceConfiguration;

/// <summary>
/// Waits until duplicate address detection has accepted an interface's IPv6 addresses. Only where the configuration asks for the
/// detection: it takes a second or two, because it waits for neighbours to object.
/// </summary>
internal static class AddressSettling
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits up to five seconds.</summary>
    /// <exception cref="CniException">A neighbour has one of the addresses, or the interface is up and they are still not settled.</exception>
    public static void Wait(RouteSocket socket, Link link)
    {
        var deadline = Deadline.After(s_limit);
        while (true)
        {
            bool settled = true;
            foreach (var address in socket.AddressList(link.Index, System.Net.Sockets.AddressFamily.InterNetworkV6))
            {
                if ((address.Flags & AddressFlags.DuplicateDetected) != 0)
                {
                    throw new CniException(
                        CniErrorCode.Internal, $"link {link.Name} has address {address.Local} in DADFAILED state",
                        "Another host on the network has this address. Find it, or take the address out of the range.");
                }
                settled &= (address.Flags & (AddressFlags.Tentative | AddressFlags.Optimistic)) == 0;
            }
            if (settled)
                return;
            if (deadline.HasPassed)
            {
                // Without carrier the detection cannot start; that is not the address's fault.
                if (socket.LinkGet(link.Index).OperationalState == OperationalState.Up)
                    throw new CniException(CniErrorCode.Internal, $"link {link.Name} still has tentative addresses after {s_limit.TotalSeconds:0} seconds");
                return;
            }
            Thread.Sleep(s_interval);
        }
    }
}
