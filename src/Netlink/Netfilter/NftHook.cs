namespace MultiNet.Netlink.Netfilter;

/// <summary>Where packets enter a base chain: NF_INET_* and NF_BR_*, which have the same numbers.</summary>
public enum NftHook : uint
{
    /// <summary>As they come in.</summary>
    Prerouting = 0,

    /// <summary>To this host.</summary>
    Input = 1,

    /// <summary>Through this host.</summary>
    Forward = 2,

    /// <summary>From this host.</summary>
    Output = 3,

    /// <summary>As they go out.</summary>
    Postrouting = 4,
}
