namespace MultiNet.Netlink;

/// <summary>How the macvlan interfaces of one parent see each other: MACVLAN_MODE_* of linux/if_link.h.</summary>
public enum MacvlanMode : uint
{
    /// <summary>Not at all.</summary>
    Private = 1,

    /// <summary>By way of the switch outside, which must send frames back where they came from.</summary>
    Vepa = 2,

    /// <summary>Directly.</summary>
    Bridge = 4,

    /// <summary>There is only one; it takes the parent over, with its address and in promiscuous mode.</summary>
    Passthru = 8,

    /// <summary>By a list of source addresses.</summary>
    Source = 16,
}
