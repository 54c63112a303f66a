namespace MultiNet.Netlink.Netfilter;

/// <summary>NF_* and NFT_*: the fate of a packet, or where the evaluation goes on.</summary>
internal enum NftVerdictCode
{
    Drop = 0,
    Accept = 1,
    Jump = -3,
    Goto = -4,
    Return = -5,
}
