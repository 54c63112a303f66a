using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <summary>Sends the packet to the address in the first register and the port in the second.</summary>
internal sealed class NftDestinationNat(NftFamily family, bool withPort) : NftExpression
{
    protected override string Name => "nat";

    protected override void WriteData(MessageWriter writer)
    {
        const ushort type = 1, familyAttribute = 2, address = 3, port = 5, flags = 7;
        const uint destinationNat = 1, portSpecified = 2;
        writer.U32BigEndian(type, destinationNat);
        writer.U32BigEndian(familyAttribute, (uint)family);
        writer.U32BigEndian(address, NftRegister.First);
        if (!withPort)
            return;
        writer.U32BigEndian(port, NftRegister.Second);
        writer.U32BigEndian(flags, portSpecified);
    }
}
