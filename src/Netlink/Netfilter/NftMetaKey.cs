namespace MultiNet.Netlink.Netfilter;

/// <summary>What is known about a packet beside its bytes: NFT_META_*.</summary>
internal enum NftMetaKey : uint
{
    EtherType = 1,
    Mark = 3,
    InInterfaceName = 6,
    OutInterfaceName = 7,
    NetworkProtocol = 15,
    TransportProtocol = 16,
}
