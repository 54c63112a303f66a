namespace MultiNet.Netlink;

/// <summary>A VLAN, or a range of them, that a port of a bridge (or the bridge itself) lets through.</summary>
public sealed record BridgeVlan
{
    /// <summary>The VLAN id, 1..4094; the first one of a range.</summary>
    public required ushort Id { get; init; }

    /// <summary>The last id of a range, &gt;= <see cref="Id"/>; 0 for a single VLAN.</summary>
    public ushort EndId { get; init; }

    /// <summary>Untagged frames that come in belong to this VLAN. Not for a range.</summary>
    public bool PortVlan { get; init; }

    /// <summary>Frames go out without their tag.</summary>
    public bool Untagged { get; init; }

    /// <summary>Such as <c>100-200 untagged</c>.</summary>
    public override string ToString()
    {
        string text = EndId > Id ? $"{Id}-{EndId}" : $"{Id}";
        return text + (PortVlan ? " pvid" : "") + (Untagged ? " untagged" : "");
    }
}
