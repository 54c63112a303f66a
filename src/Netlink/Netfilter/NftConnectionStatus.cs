using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <summary>Loads the status of the packet's connection (IPS_* of linux/netfilter/nf_conntrack_common.h) into the first register.</summary>
internal sealed class NftConnectionStatus : NftExpression
{
    /// <summary>IPS_DST_NAT: the connection's destination was rewritten.</summary>
    internal const uint DestinationNat = 0x20;

    /// <summary>NFT_CT_STATUS.</summary>
    internal const uint StatusKey = 2;

    protected override string Name => "ct";

    protected override void WriteData(MessageWriter writer)
    {
        const ushort destination = 1, key = 2;
        writer.U32BigEndian(key, StatusKey);
        writer.U32BigEndian(destination, NftRegister.First);
    }
}
