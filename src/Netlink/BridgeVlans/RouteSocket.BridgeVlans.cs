using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <content>VLANs of bridge ports.</content>
public sealed partial class RouteSocket
{
    /// <summary>Lets VLANs through a port of a bridge, all in one message.</summary>
    /// <param name="linkIndex">The port, or the bridge itself.</param>
    /// <param name="vlans">VLANs and ranges. Those that are let through already get the flags given.</param>
    /// <param name="onBridgeItself">The interface is a bridge, and its own traffic is meant.</param>
    /// <exception cref="NetlinkException">EOPNOTSUPP: no port of a bridge, or a kernel without VLAN filtering.</exception>
    public void BridgeVlanAdd(int linkIndex, ReadOnlySpan<BridgeVlan> vlans, bool onBridgeItself = false)
    {
        if (!vlans.IsEmpty)
            NewBatch().BridgeVlanAdd(linkIndex, vlans, onBridgeItself).Send();
    }

    /// <summary>No longer lets VLANs through a port of a bridge.</summary>
    /// <inheritdoc cref="BridgeVlanAdd"/>
    public void BridgeVlanDelete(int linkIndex, ReadOnlySpan<BridgeVlan> vlans, bool onBridgeItself = false)
    {
        if (!vlans.IsEmpty)
            NewBatch().BridgeVlanDelete(linkIndex, vlans, onBridgeItself).Send();
    }

    /// <summary>The VLANs of a port of a bridge or of a bridge; empty where there are none or the interface is neither.</summary>
    public IReadOnlyList<BridgeVlan> BridgeVlanList(int linkIndex)
    {
        BridgeVlanMessages.WriteList(_channel.Begin(MessageType.GetLink, MessageFlags.Dump));
        var found = _channel.Dump(
            $"list VLANs of link {linkIndex}",
            (type, body) => BridgeVlanMessages.Parse(type, body, linkIndex) is { Count: > 0 } vlans ? vlans : null);
        return found.Count > 0 ? found[0] : [];
    }
}
