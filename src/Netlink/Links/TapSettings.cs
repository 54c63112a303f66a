using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>What a TUN or TAP device is (IFLA_TUN_*); such devices are made by <see cref="TapDevice"/>.</summary>
public sealed record TapSettings
{
    private const ushort OwnerAttribute = 1;
    private const ushort GroupAttribute = 2;
    private const ushort TypeAttribute = 3;
    private const ushort PacketInformationAttribute = 4;
    private const ushort OffloadHeaderAttribute = 5;
    private const ushort PersistentAttribute = 6;
    private const ushort MultiQueueAttribute = 7;
    private const byte TapType = 2;

    /// <summary>It passes frames (TAP), not packets (TUN).</summary>
    public bool IsTap { get; init; }

    /// <summary>The user who may open it, or null.</summary>
    public uint? Owner { get; init; }

    /// <summary>The group whose members may open it, or null.</summary>
    public uint? Group { get; init; }

    /// <summary>Four bytes with the EtherType stand before each packet (no IFF_NO_PI).</summary>
    public bool PacketInformation { get; init; }

    /// <summary>IFF_VNET_HDR: a header about checksums and segmentation stands before each packet.</summary>
    public bool OffloadHeader { get; init; }

    /// <summary>It stays when nobody has it open.</summary>
    public bool IsPersistent { get; init; }

    /// <summary>IFF_MULTI_QUEUE: it may be opened several times at once.</summary>
    public bool MultiQueue { get; init; }

    internal static TapSettings Parse(AttributeReader reader)
    {
        var settings = new TapSettings();
        while (reader.Read())
        {
            settings = reader.Type switch
            {
                TypeAttribute => settings with { IsTap = reader.U8() == TapType },
                OwnerAttribute => settings with { Owner = reader.U32() },
                GroupAttribute => settings with { Group = reader.U32() },
                PacketInformationAttribute => settings with { PacketInformation = reader.U8() != 0 },
                OffloadHeaderAttribute => settings with { OffloadHeader = reader.U8() != 0 },
                PersistentAttribute => settings with { IsPersistent = reader.U8() != 0 },
                MultiQueueAttribute => settings with { MultiQueue = reader.U8() != 0 },
                _ => settings,
            };
        }
        return settings;
    }
}
