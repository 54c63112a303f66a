using System.Net.Sockets;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <content>Addresses.</content>
public sealed partial class RouteSocket
{
    /// <summary>Gives an interface an address.</summary>
    /// <exception cref="NetlinkException">EEXIST: it has it. ENODEV: there is no such interface.</exception>
    public void AddressAdd(int linkIndex, InterfaceAddress address) => NewBatch().AddressAdd(linkIndex, address).Send();

    /// <summary>Gives an interface an address, or changes flags and lifetimes of the one it has.</summary>
    public void AddressReplace(int linkIndex, InterfaceAddress address) => NewBatch().AddressReplace(linkIndex, address).Send();

    /// <summary>Takes an address away.</summary>
    /// <exception cref="NetlinkException">EADDRNOTAVAIL: it does not have it.</exception>
    public void AddressDelete(int linkIndex, InterfaceAddress address) => NewBatch().AddressDelete(linkIndex, address).Send();

    /// <summary>Addresses of an interface, or of all.</summary>
    /// <param name="linkIndex">The interface; null for all.</param>
    /// <param name="family">InterNetwork, InterNetworkV6, or Unspecified for both.</param>
    public IReadOnlyList<InterfaceAddress> AddressList(int? linkIndex = null, AddressFamily family = AddressFamily.Unspecified)
    {
        var writer = _channel.Begin(MessageType.GetAddress, MessageFlags.Dump);
        writer.AddressHeader(KernelFamily.Of(family), 0, 0, 0, linkIndex ?? 0);
        string operation = linkIndex is { } number ? $"list addresses of link {number}" : "list addresses";
        // Kernels before 4.20 ignore the index.
        return _channel.Dump(
            operation,
            (type, body) => AddressMessages.Parse(type, body) is { } address && (linkIndex is null || address.LinkIndex == linkIndex)
                ? address
                : null);
    }
}
