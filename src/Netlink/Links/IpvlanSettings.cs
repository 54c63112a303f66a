using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink;

/// <summary>Settings of an ipvlan interface (IFLA_IPVLAN_*), shared by all of one parent. When setting, null leaves a value at the kernel's default.</summary>
public sealed record IpvlanSettings
{
    private const ushort ModeAttribute = 1;
    private const ushort FlagsAttribute = 2;

    /// <summary>The mode (kernel default <see cref="IpvlanMode.L3"/>).</summary>
    public IpvlanMode? Mode { get; init; }

    /// <summary>Flags (kernel default <see cref="IpvlanFlags.None"/>).</summary>
    public IpvlanFlags? Flags { get; init; }

    internal static IpvlanSettings Parse(AttributeReader reader)
    {
        var settings = new IpvlanSettings();
        while (reader.Read())
        {
            settings = reader.Type switch
            {
                ModeAttribute => settings with { Mode = (IpvlanMode)reader.U16() },
                FlagsAttribute => settings with { Flags = (IpvlanFlags)reader.U16() },
                _ => settings,
            };
        }
        return settings;
    }

    internal void Write(MessageWriter writer)
    {
        if (Mode is { } mode)
            writer.U16(ModeAttribute, (ushort)mode);
        if (Flags is { } flags)
            writer.U16(FlagsAttribute, (ushort)flags);
    }
}
