using System.Runtime.InteropServices;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>Reads RTM_NEWLINK.</summary>
internal static class LinkParser
{
    private const int HeaderLength = 16;

    internal static Link? Parse(ushort type, ReadOnlySpan<byte> body)
    {
        if (type != MessageType.NewLink)
            return null;
        if (body.Length < HeaderLength)
            ThrowHelper.BodyTooShort("link", HeaderLength, body.Length);
        int master = 0, parent = 0, mtu = 0, maximumMtu = 0, queue = 0, txQueues = 0, rxQueues = 0;
        int? netNsId = null;
        uint group = 0;
        string name = "", alias = "", parentDevice = "", parentBus = "";
        MacAddress mac = default, permanent = default;
        OperationalState state = default;
        Info info = default;
        var reader = new AttributeReader(body[HeaderLength..]);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case LinkAttribute.Name: name = reader.String(); break;
                case LinkAttribute.Address: mac = Mac(reader); break;
                case LinkAttribute.PermanentAddress: permanent = Mac(reader); break;
                case LinkAttribute.Mtu: mtu = reader.I32(); break;
                case LinkAttribute.MaximumMtu: maximumMtu = reader.I32(); break;
                case LinkAttribute.Link: parent = reader.I32(); break;
                case LinkAttribute.LinkNetNsId: netNsId = reader.I32(); break;
                case LinkAttribute.Master: master = reader.I32(); break;
                case LinkAttribute.TxQueueLength: queue = reader.I32(); break;
                case LinkAttribute.TxQueues: txQueues = reader.I32(); break;
                case LinkAttribute.RxQueues: rxQueues = reader.I32(); break;
                case LinkAttribute.OperationalState: state = (OperationalState)reader.U8(); break;
                case LinkAttribute.Group: group = reader.U32(); break;
                case LinkAttribute.Alias: alias = reader.String(); break;
                case LinkAttribute.ParentDeviceName: parentDevice = reader.String(); break;
                case LinkAttribute.ParentDeviceBus: parentBus = reader.String(); break;
                case LinkAttribute.LinkInfo: info = ParseInfo(reader.Nested()); break;
            }
        }
        return new Link
        {
            Index = MemoryMarshal.Read<int>(body[4..]),
            Name = name,
            Kind = info.Kind ?? "",
            HardwareType = MemoryMarshal.Read<ushort>(body[2..]),
            Flags = (LinkFlags)MemoryMarshal.Read<uint>(body[8..]),
            MacAddress = mac,
            PermanentMacAddress = permanent,
            Mtu = mtu,
            MaximumMtu = maximumMtu,
            TxQueueLength = queue,
            TxQueues = txQueues,
            RxQueues = rxQueues,
            OperationalState = state,
            MasterIndex = master,
            ParentIndex = parent,
            ParentNamespaceId = netNsId,
            Group = group,
            Alias = alias,
            ParentDevice = parentDevice,
            ParentBus = parentBus,
            Bridge = info.Bridge,
            BridgePort = info.BridgePort,
            Macvlan = info.Macvlan,
            Ipvlan = info.Ipvlan,
            Vlan = info.Vlan,
            Tap = info.Tap,
            Bond = info.Bond,
            VrfTable = info.VrfTable,
        };
    }

    // Longer addresses than the type holds do not exist in the kernel's drivers (MAX_ADDR_LEN is 32, the longest used is 20).
    private static MacAddress Mac(in AttributeReader reader) => new(reader.Value.Length > 20 ? reader.Value[..20] : reader.Value);

    private static Info ParseInfo(AttributeReader reader)
    {
        Info info = default;
        string? slaveKind = null;
        ReadOnlySpan<byte> data = default, slaveData = default;
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case LinkAttribute.InfoKind: info.Kind = reader.String(); break;
                case LinkAttribute.InfoData: data = reader.Value; break;
                case LinkAttribute.InfoSlaveKind: slaveKind = reader.String(); break;
                case LinkAttribute.InfoSlaveData: slaveData = reader.Value; break;
            }
        }
        var settings = new AttributeReader(data);
        switch (info.Kind)
        {
            case "bridge": info.Bridge = ParseBridge(settings); break;
            case "macvlan": info.Macvlan = MacvlanSettings.Parse(settings); break;
            case "ipvlan": info.Ipvlan = IpvlanSettings.Parse(settings); break;
            case "vlan": info.Vlan = VlanSettings.Parse(settings); break;
            case "tun": info.Tap = TapSettings.Parse(settings); break;
            case "bond": info.Bond = BondSettings.Parse(settings); break;
            case "vrf": info.VrfTable = VrfSpec.ParseTable(settings); break;
        }
        if (slaveKind == "bridge")
            info.BridgePort = ParseBridgePort(new AttributeReader(slaveData));
        return info;
    }

    private static BridgeSettings ParseBridge(AttributeReader reader)
    {
        var settings = new BridgeSettings();
        while (reader.Read())
        {
            settings = reader.Type switch
            {
                LinkAttribute.BridgeAgeingTime => settings with { AgeingTime = reader.U32() },
                LinkAttribute.BridgeSpanningTree => settings with { SpanningTree = reader.U32() != 0 },
                LinkAttribute.BridgeVlanFiltering => settings with { VlanFiltering = reader.U8() != 0 },
                LinkAttribute.BridgeMulticastSnooping => settings with { MulticastSnooping = reader.U8() != 0 },
                LinkAttribute.BridgeDefaultPortVlanId => settings with { DefaultPortVlanId = reader.U16() },
                _ => settings,
            };
        }
        return settings;
    }

    private static BridgePortSettings ParseBridgePort(AttributeReader reader)
    {
        var settings = new BridgePortSettings();
        while (reader.Read())
        {
            settings = reader.Type switch
            {
                LinkAttribute.PortMode => settings with { Hairpin = reader.U8() != 0 },
                LinkAttribute.PortIsolated => settings with { Isolated = reader.U8() != 0 },
                LinkAttribute.PortLearning => settings with { Learning = reader.U8() != 0 },
                LinkAttribute.PortUnicastFlood => settings with { UnicastFlood = reader.U8() != 0 },
                _ => settings,
            };
        }
        return settings;
    }

    private struct Info
    {
        internal string? Kind;
        internal BridgeSettings? Bridge;
        internal BridgePortSettings? BridgePort;
        internal MacvlanSettings? Macvlan;
        internal IpvlanSettings? Ipvlan;
        internal VlanSettings? Vlan;
        internal TapSettings? Tap;
        internal BondSettings? Bond;
        internal uint? VrfTable;
    }
}
