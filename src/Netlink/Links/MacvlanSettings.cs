using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>Settings of a macvlan interface (IFLA_MACVLAN_*). When setting, null leaves a value at the kernel's default.</summary>
public sealed record MacvlanSettings
{
    private const ushort ModeAttribute = 1;
    private const ushort BroadcastQueueAttribute = 7;

    /// <summary>The mode (kernel default <see cref="MacvlanMode.Vepa"/>).</summary>
    public MacvlanMode? Mode { get; init; }

    /// <summary>
    /// Broadcasts that may wait in the parent's queue (kernel default 1000). The parent uses the largest that one of its interfaces asks for.
    /// </summary>
    public uint? BroadcastQueueLength { get; init; }

    internal static MacvlanSettings Parse(AttributeReader reader)
    {
        var settings = new MacvlanSettings();
        while (reader.Read())
        {
            settings = reader.Type switch
            {
                ModeAttribute => settings with { Mode = (MacvlanMode)reader.U32() },
                BroadcastQueueAttribute => settings with { BroadcastQueueLength = reader.U32() },
                _ => settings,
            };
        }
        return settings;
    }

    internal void Write(MessageWriter writer)
    {
        if (Mode is { } mode)
            writer.U32(ModeAttribute, (uint)mode);
        if (BroadcastQueueLength is { } length)
            writer.U32(BroadcastQueueAttribute, length);
    }
}
