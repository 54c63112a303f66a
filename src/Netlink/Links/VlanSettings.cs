using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>Settings of a VLAN's interface (IFLA_VLAN_*).</summary>
public sealed record VlanSettings
{
    private const ushort IdAttribute = 1;
    private const ushort EgressAttribute = 3;
    private const ushort IngressAttribute = 4;
    private const ushort ProtocolAttribute = 5;
    private const ushort MappingAttribute = 1;

    /// <summary>The VLAN, 0..4094.</summary>
    public required ushort Id { get; init; }

    /// <summary>The tag's EtherType.</summary>
    public VlanProtocol Protocol { get; init; } = VlanProtocol.Ieee8021Q;

    /// <summary>Priorities of packets that are sent; those not named get 0.</summary>
    public IReadOnlyList<VlanPriority> EgressPriorities { get; init; } = [];

    /// <summary>Priorities of packets that are received; those not named get 0.</summary>
    public IReadOnlyList<VlanPriority> IngressPriorities { get; init; } = [];

    internal static VlanSettings Parse(AttributeReader reader)
    {
        var settings = new VlanSettings { Id = 0 };
        while (reader.Read())
        {
            settings = reader.Type switch
            {
                IdAttribute => settings with { Id = reader.U16() },
                ProtocolAttribute => settings with { Protocol = (VlanProtocol)reader.U16BigEndian() },
                EgressAttribute => settings with { EgressPriorities = ParsePriorities(reader.Nested()) },
                IngressAttribute => settings with { IngressPriorities = ParsePriorities(reader.Nested()) },
                _ => settings,
            };
        }
        return settings;
    }

    internal void Write(MessageWriter writer)
    {
        writer.U16(IdAttribute, Id);
        writer.U16BigEndian(ProtocolAttribute, (ushort)Protocol);
        WritePriorities(writer, EgressAttribute, EgressPriorities);
        WritePriorities(writer, IngressAttribute, IngressPriorities);
    }

    private static List<VlanPriority> ParsePriorities(AttributeReader reader)
    {
        var priorities = new List<VlanPriority>();
        while (reader.Read())
        {
            if (reader.Type == MappingAttribute)
                priorities.Add(reader.Struct<VlanPriority>());
        }
        return priorities;
    }

    private static void WritePriorities(MessageWriter writer, ushort type, IReadOnlyList<VlanPriority> priorities)
    {
        if (priorities.Count == 0)
            return;
        int place = writer.BeginNested(type);
        foreach (var priority in priorities)
            writer.Struct(MappingAttribute, priority);
        writer.EndNested(place);
    }
}
