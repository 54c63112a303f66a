using System.Text;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>Composes the messages that make and change interfaces (RTM_*LINK). Parsing is in <see cref="LinkParser"/>.</summary>
internal static class LinkMessages
{
    private const int MaximumName = 15;

    internal static void WriteGet(MessageWriter writer, int index, string? name)
    {
        writer.LinkHeader(index: index);
        if (name is not null)
            WriteSelector(writer, name);
        WriteMask(writer);
    }

    /// <summary>No statistics, and never the data of virtual functions, which cost a firmware round trip each.</summary>
    internal static void WriteMask(MessageWriter writer) =>
        writer.U32(LinkAttribute.ExtendedMask, LinkAttribute.FilterSkipStatistics);

    internal static void WriteAdd(MessageWriter writer, LinkSpec spec, NetworkNamespace? target)
    {
        var flags = (spec.Up ? LinkFlags.Up : 0) | (spec.Promiscuous ? LinkFlags.Promiscuous : 0)
            | (spec.AllMulticast ? LinkFlags.AllMulticast : 0);
        writer.LinkHeader(flags: (uint)flags, change: (uint)flags);
        WriteCommon(writer, spec.Name, spec.MacAddress, spec.Mtu, spec.TxQueueLength, spec.Group);
        if (spec.MasterIndex is { } master)
            writer.I32(LinkAttribute.Master, master);
        if (spec.ParentIndex is { } parent)
            writer.I32(LinkAttribute.Link, parent);
        if (target is not null)
            writer.I32(LinkAttribute.NetNsFd, target.Descriptor);
        int info = writer.BeginNested(LinkAttribute.LinkInfo);
        writer.String(LinkAttribute.InfoKind, spec.Kind);
        int data = writer.BeginNested(LinkAttribute.InfoData);
        spec.WriteData(writer);
        writer.EndNested(data);
        writer.EndNested(info);
    }

    internal static void WriteCommon(MessageWriter writer, string name, MacAddress? mac, int? mtu, int? txQueueLength, uint? group)
    {
        writer.String(LinkAttribute.Name, name);
        if (mac is { } address)
            writer.Mac(LinkAttribute.Address, address);
        if (mtu is { } bytes)
            writer.I32(LinkAttribute.Mtu, bytes);
        if (txQueueLength is { } packets)
            writer.I32(LinkAttribute.TxQueueLength, packets);
        if (group is { } number)
            writer.U32(LinkAttribute.Group, number);
    }

    /// <summary>Everything of a change but the port settings.</summary>
    internal static void WriteChange(MessageWriter writer, int index, string? name, LinkChange change)
    {
        uint flags = 0, mask = 0;
        Flag(change.Up, LinkFlags.Up);
        Flag(change.Promiscuous, LinkFlags.Promiscuous);
        Flag(change.AllMulticast, LinkFlags.AllMulticast);
        writer.LinkHeader(index: index, flags: flags, change: mask);
        if (name is not null)
            WriteSelector(writer, name);
        if (change.Name is { } newName)
        {
            if (name is not null)
                throw new ArgumentException("an interface can be renamed by its index only", nameof(change));
            writer.String(LinkAttribute.Name, newName);
        }
        if (change.MacAddress is { } address)
            writer.Mac(LinkAttribute.Address, address);
        if (change.Mtu is { } bytes)
            writer.I32(LinkAttribute.Mtu, bytes);
        if (change.TxQueueLength is { } packets)
            writer.I32(LinkAttribute.TxQueueLength, packets);
        if (change.MasterIndex is { } master)
            writer.I32(LinkAttribute.Master, master);
        if (change.Alias is { } alias)
            // "" removes the alias only without its NUL: the kernel counts the bytes.
            writer.Bytes(LinkAttribute.Alias, Encoding.UTF8.GetBytes(alias));
        if (change.Group is { } group)
            writer.U32(LinkAttribute.Group, group);
        if (change.Namespace is { } target)
            writer.I32(LinkAttribute.NetNsFd, target.Descriptor);
        if (change.Bridge is { } bridge)
        {
            int info = writer.BeginNested(LinkAttribute.LinkInfo);
            writer.String(LinkAttribute.InfoKind, "bridge");
            int data = writer.BeginNested(LinkAttribute.InfoData);
            WriteBridge(writer, bridge);
            writer.EndNested(data);
            writer.EndNested(info);
        }

        void Flag(bool? value, LinkFlags flag)
        {
            if (value is null)
                return;
            mask |= (uint)flag;
            if (value.Value)
                flags |= (uint)flag;
        }
    }

    internal static void WriteBridgePort(MessageWriter writer, int index, string? name, BridgePortSettings settings)
    {
        writer.LinkHeader(index: index);
        if (name is not null)
            WriteSelector(writer, name);
        int info = writer.BeginNested(LinkAttribute.LinkInfo);
        writer.String(LinkAttribute.InfoSlaveKind, "bridge");
        int data = writer.BeginNested(LinkAttribute.InfoSlaveData);
        WriteBool(writer, LinkAttribute.PortMode, settings.Hairpin);
        WriteBool(writer, LinkAttribute.PortIsolated, settings.Isolated);
        WriteBool(writer, LinkAttribute.PortLearning, settings.Learning);
        WriteBool(writer, LinkAttribute.PortUnicastFlood, settings.UnicastFlood);
        writer.EndNested(data);
        writer.EndNested(info);
    }

    internal static void WriteBridge(MessageWriter writer, BridgeSettings settings)
    {
        if (settings.AgeingTime is { } ageing)
            writer.U32(LinkAttribute.BridgeAgeingTime, ageing);
        if (settings.SpanningTree is { } spanningTree)
            writer.U32(LinkAttribute.BridgeSpanningTree, spanningTree ? 1u : 0u);
        // Before VLAN filtering, so that no port ever passes traffic of the wrong default.
        if (settings.DefaultPortVlanId is { } vlan)
            writer.U16(LinkAttribute.BridgeDefaultPortVlanId, vlan);
        WriteBool(writer, LinkAttribute.BridgeVlanFiltering, settings.VlanFiltering);
        WriteBool(writer, LinkAttribute.BridgeMulticastSnooping, settings.MulticastSnooping);
    }

    internal static void WriteSelector(MessageWriter writer, string name) =>
        writer.String(Encoding.UTF8.GetByteCount(name) > MaximumName ? LinkAttribute.AlternativeName : LinkAttribute.Name, name);

    private static void WriteBool(MessageWriter writer, ushort attribute, bool? value)
    {
        if (value is { } set)
            writer.U8(attribute, set ? (byte)1 : (byte)0);
    }
}
