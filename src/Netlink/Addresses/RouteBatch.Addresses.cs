using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <content>Addresses.</content>
public sealed partial class RouteBatch
{
    /// <inheritdoc cref="RouteSocket.AddressAdd"/>
    public RouteBatch AddressAdd(int linkIndex, InterfaceAddress address) =>
        Address(MessageType.NewAddress, MessageFlags.Create | MessageFlags.Exclusive, "add", "to", linkIndex, address);

    /// <inheritdoc cref="RouteSocket.AddressReplace"/>
    public RouteBatch AddressReplace(int linkIndex, InterfaceAddress address) =>
        Address(MessageType.NewAddress, MessageFlags.Create | MessageFlags.Replace, "replace", "of", linkIndex, address);

    /// <inheritdoc cref="RouteSocket.AddressDelete"/>
    public RouteBatch AddressDelete(int linkIndex, InterfaceAddress address) =>
        Address(MessageType.DelAddress, MessageFlags.None, "delete", "of", linkIndex, address);

    private RouteBatch Address(ushort type, MessageFlags flags, string verb, string preposition, int linkIndex, InterfaceAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentOutOfRangeException.ThrowIfLessThan(linkIndex, 1);
        var writer = Begin(type, flags, $"{verb} address {address} {preposition} link {linkIndex}");
        AddressMessages.Write(writer, linkIndex, address, deleting: type == MessageType.DelAddress);
        return Complete();
    }
}
