using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <summary>Loads bytes of a header into the first register.</summary>
internal sealed class NftPayload(NftPayloadBase header, uint offset, uint length) : NftExpression
{
    protected override string Name => "payload";

    protected override void WriteData(MessageWriter writer)
    {
        const ushort destination = 1, headerAttribute = 2, offsetAttribute = 3, lengthAttribute = 4;
        writer.U32BigEndian(destination, NftRegister.First);
        writer.U32BigEndian(headerAttribute, (uint)header);
        writer.U32BigEndian(offsetAttribute, offset);
        writer.U32BigEndian(lengthAttribute, length);
    }
}
