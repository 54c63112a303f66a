using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <content>VLANs of bridge ports.</content>
public sealed partial class RouteBatch
{
    /// <inheritdoc cref="RouteSocket.BridgeVlanAdd"/>
    public RouteBatch BridgeVlanAdd(int linkIndex, ReadOnlySpan<BridgeVlan> vlans, bool onBridgeItself = false) =>
        BridgeVlans(MessageType.SetLink, "add", "to", linkIndex, vlans, onBridgeItself);

    /// <inheritdoc cref="RouteSocket.BridgeVlanDelete"/>
    public RouteBatch BridgeVlanDelete(int linkIndex, ReadOnlySpan<BridgeVlan> vlans, bool onBridgeItself = false) =>
        BridgeVlans(MessageType.DelLink, "delete", "of", linkIndex, vlans, onBridgeItself);

    private RouteBatch BridgeVlans(
        ushort type, string verb, string preposition, int linkIndex, ReadOnlySpan<BridgeVlan> vlans, bool onBridgeItself)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(linkIndex, 1);
        string operation = $"{verb} VLANs {string.Join(", ", vlans.ToArray().AsEnumerable())} {preposition} link {linkIndex}";
        BridgeVlanMessages.Write(Begin(type, MessageFlags.None, operation), linkIndex, vlans, onBridgeItself);
        return Complete();
    }
}
