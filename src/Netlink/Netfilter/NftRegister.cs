namespace MultiNet.Netlink.Netfilter;

/// <summary>Registers of the nftables machine, of 16 bytes each: NFT_REG_* of linux/netfilter/nf_tables.h.</summary>
internal static class NftRegister
{
    internal const uint Verdict = 0;
    internal const uint First = 1;
    internal const uint Second = 2;
}
