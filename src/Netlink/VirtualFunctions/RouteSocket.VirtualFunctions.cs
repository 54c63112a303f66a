using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <content>Virtual functions of network cards.</content>
public sealed partial class RouteSocket
{
    /// <summary>
    /// The virtual functions of a card. Asked for only where they are needed: the driver may have to ask its firmware for each.
    /// </summary>
    /// <param name="physical">Index of the physical function's interface; any other has none.</param>
    /// <exception cref="NetlinkException">ENODEV: there is no such interface.</exception>
    public IReadOnlyList<VirtualFunction> VirtualFunctionList(int physical)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(physical, 1);
        VirtualFunctionMessages.WriteGet(_channel.Begin(MessageType.GetLink, MessageFlags.None), physical);
        return _channel.Get<List<VirtualFunction>>($"list virtual functions of link {physical}", VirtualFunctionMessages.ParseList);
    }

    /// <summary>Changes a virtual function. Where one setting is refused, those before it stay changed.</summary>
    /// <param name="physical">Index of the physical function's interface.</param>
    /// <param name="index">The number of the virtual function.</param>
    /// <param name="change">What to change.</param>
    /// <exception cref="NetlinkException">EINVAL: there is no such function, or a value is out of range. EOPNOTSUPP: the driver has no such setting.</exception>
    public void VirtualFunctionSet(int physical, int index, VirtualFunctionChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentOutOfRangeException.ThrowIfLessThan(physical, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        VirtualFunctionMessages.WriteSet(_channel.Begin(MessageType.SetLink, MessageFlags.Ack), physical, index, change);
        _channel.Execute($"set virtual function {index} of link {physical}");
    }
}
