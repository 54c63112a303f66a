using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>Settings of a bond (IFLA_BOND_*). When setting, null leaves a value at the kernel's default.</summary>
public sealed record BondSettings
{
    private const ushort ModeAttribute = 1;
    private const ushort MonitorIntervalAttribute = 3;
    private const ushort FailOverMacAttribute = 13;
    private const ushort TransmitHashAttribute = 14;
    private const ushort AllPortsActiveAttribute = 17;
    private const ushort DynamicLoadAttribute = 27;

    /// <summary>The mode (kernel default <see cref="BondMode.RoundRobin"/>).</summary>
    public BondMode? Mode { get; init; }

    /// <summary><c>miimon</c>: milliseconds between two looks at the ports' carrier; 0 (kernel default) does not look.</summary>
    public uint? MonitorInterval { get; init; }

    /// <summary><c>fail_over_mac</c> (kernel default <see cref="BondFailOverMac.None"/>).</summary>
    public BondFailOverMac? FailOverMac { get; init; }

    /// <summary><c>xmit_hash_policy</c> (kernel default <see cref="BondTransmitHash.Layer2"/>).</summary>
    public BondTransmitHash? TransmitHash { get; init; }

    /// <summary><c>all_slaves_active</c>: what reaches a port that is not active is not dropped (kernel default off).</summary>
    public bool? AllPortsActive { get; init; }

    /// <summary><c>tlb_dynamic_lb</c>: balance-tlb spreads by load, not by hash (kernel default on).</summary>
    public bool? DynamicLoad { get; init; }

    internal static BondSettings Parse(AttributeReader reader)
    {
        var settings = new BondSettings();
        while (reader.Read())
        {
            settings = reader.Type switch
            {
                ModeAttribute => settings with { Mode = (BondMode)reader.U8() },
                MonitorIntervalAttribute => settings with { MonitorInterval = reader.U32() },
                FailOverMacAttribute => settings with { FailOverMac = (BondFailOverMac)reader.U8() },
                TransmitHashAttribute => settings with { TransmitHash = (BondTransmitHash)reader.U8() },
                AllPortsActiveAttribute => settings with { AllPortsActive = reader.U8() != 0 },
                DynamicLoadAttribute => settings with { DynamicLoad = reader.U8() != 0 },
                _ => settings,
            };
        }
        return settings;
    }

    // The mode first: the kernel looks at it when it takes the others.
    internal void Write(MessageWriter writer)
    {
        if (Mode is { } mode)
            writer.U8(ModeAttribute, (byte)mode);
        if (MonitorInterval is { } interval)
            writer.U32(MonitorIntervalAttribute, interval);
        if (FailOverMac is { } failOver)
            writer.U8(FailOverMacAttribute, (byte)failOver);
        if (TransmitHash is { } hash)
            writer.U8(TransmitHashAttribute, (byte)hash);
        if (AllPortsActive is { } all)
            writer.U8(AllPortsActiveAttribute, all ? (byte)1 : (byte)0);
        if (DynamicLoad is { } dynamic)
            writer.U8(DynamicLoadAttribute, dynamic ? (byte)1 : (byte)0);
    }
}
