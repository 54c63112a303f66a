namespace MultiNet.Netlink;

/// <summary>How the ipvlan interfaces of one parent see each other: IPVLAN_F_* of linux/if_link.h. The last one made decides for all of them.</summary>
[Flags]
public enum IpvlanFlags : ushort
{
    /// <summary>Directly (<c>ip link</c> calls it <c>bridge</c>).</summary>
    None = 0,

    /// <summary>Not at all.</summary>
    Private = 1,

    /// <summary>By way of the switch outside, which must send frames back where they came from.</summary>
    Vepa = 2,
}
