using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>A virtual routing domain: what is on its ports is routed by a table of its own.</summary>
public sealed record VrfSpec : LinkSpec
{
    internal const ushort TableAttribute = 1;

    /// <summary>The routing table, not 0.</summary>
    public required uint Table { get; init; }

    internal override string Kind => "vrf";

    internal override void WriteData(MessageWriter writer) => writer.U32(TableAttribute, Table);

    internal static uint ParseTable(AttributeReader reader)
    {
        uint table = 0;
        while (reader.Read())
        {
            if (reader.Type == TableAttribute)
                table = reader.U32();
        }
        return table;
    }
}
