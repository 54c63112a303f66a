using MultiNet.Cni;
using MultiNet.Netlink;

namespace MultiNet.Delegates.InterfaceConfiguration;

/// <summary>A pair of virtual Ethernet interfaces between the host and a container.</summary>
/// <param name="Host">The end on the host; up.</param>
/// <param name="Container">The end in the container; still down.</param>
internal sealed record VethPair(Link Host, Link Container)
{
    private const int NameAttempts = 10;

    /// <summary>
    /// Makes a pair: one message for both ends with all that they are to have. Both get their hardware addresses here: those that the
    /// kernel draws are changed by udev on the host, which is not foreseen in the results of CNI.
    /// </summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="netns">The container's namespace; "" for a pair with both ends on the host.</param>
    /// <param name="name">The name of the container's end.</param>
    /// <param name="mtu">MTU of both ends in bytes, or 0 for the kernel's default.</param>
    /// <param name="mac">The hardware address of the container's end, or null for a random one.</param>
    /// <param name="master">Index of the bridge that the host's end joins, or null.</param>
    /// <param name="group">The link group of the container's end, or 0.</param>
    /// <exception cref="CniException">The name is taken in the container, or the kernel refused.</exception>
    public static VethPair Create(NodeKernel kernel, string netns, string name, int mtu, MacAddress? mac, int? master, uint group)
    {
        var host = kernel.Socket("");
        var container = kernel.Socket(netns);
        var peer = new VethPeer
        {
            Name = name,
            Namespace = netns.Length == 0 ? null : kernel.Namespace(netns),
            MacAddress = mac ?? MacAddress.Random(),
            Mtu = mtu == 0 ? null : mtu,
            Group = group == 0 ? null : group,
        };
        for (int attempt = 1; ; attempt++)
        {
            string hostName = RandomName();
            try
            {
                var made = host.LinkAdd(new VethSpec
                {
                    Name = hostName,
                    MacAddress = MacAddress.Random(),
                    Mtu = peer.Mtu,
                    MasterIndex = master,
                    Up = true,
                    Peer = peer,
                });
                HostSysctl.IgnoreRouterAdvertisements(hostName);
                return Complete(host, made, container, name);
            }
            catch (NetlinkException e) when (e.IsExists)
            {
                // One of the two names is taken; if it is the random one, another will do.
                if (container.TryGetLink(name, out _))
                {
                    throw new CniException(
                        CniErrorCode.Internal,
                        $"container veth name (\"{name}\") peer provided (\"{hostName}\") already exists",
                        $"The interface \"{name}\" exists in {(netns.Length == 0 ? "the host's namespace" : netns)} already: ADD was called twice without DEL, or another network made it.");
                }
                if (attempt == NameAttempts)
                    throw KernelFailure.Of(e, "failed to make veth pair");
            }
            catch (NetlinkException e)
            {
                throw KernelFailure.Of(e, "failed to make veth pair");
            }
        }
    }

    private static VethPair Complete(RouteSocket host, Link made, RouteSocket container, string name)
    {
        try
        {
            return new VethPair(made, container.LinkGet(name));
        }
        catch (NetlinkException e)
        {
            // What is not returned, nobody else undoes.
            try
            {
                host.LinkDelete(made.Index);
            }
            catch (NetlinkException)
            {
            }
            throw KernelFailure.Of(e, "failed to make veth pair");
        }
    }

    private static string RandomName()
    {
        Span<byte> bytes = stackalloc byte[8];
        MacAddress.Random().CopyTo(bytes);
        // Five of the six bytes are random throughout; four are needed.
        return $"veth{Convert.ToHexStringLower(bytes[2..6])}";
    }
}
