using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <summary>Loads the type of the destination address (RTN_*) by the routing table into the first register.</summary>
internal sealed class NftDestinationType : NftExpression
{
    /// <summary>NFT_FIB_RESULT_ADDRTYPE.</summary>
    internal const uint AddressType = 3;

    protected override string Name => "fib";

    protected override void WriteData(MessageWriter writer)
    {
        const ushort destination = 1, result = 2, flags = 3;
        const uint ofDestination = 2;
        writer.U32BigEndian(flags, ofDestination);
        writer.U32BigEndian(result, AddressType);
        writer.U32BigEndian(destination, NftRegister.First);
    }
}
