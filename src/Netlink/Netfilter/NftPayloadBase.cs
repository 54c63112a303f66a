namespace MultiNet.Netlink.Netfilter;

/// <summary>The header that an offset counts from: NFT_PAYLOAD_*_HEADER.</summary>
internal enum NftPayloadBase : uint
{
    Link = 0,
    Network = 1,
    Transport = 2,
}
