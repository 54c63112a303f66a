using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <summary>first register = (first register AND mask) XOR value.</summary>
internal sealed class NftBitwise(byte[] mask, byte[] xor) : NftExpression
{
    protected override string Name => "bitwise";

    protected override void WriteData(MessageWriter writer)
    {
        const ushort source = 1, destination = 2, length = 3, maskAttribute = 4, xorAttribute = 5;
        writer.U32BigEndian(source, NftRegister.First);
        writer.U32BigEndian(destination, NftRegister.First);
        writer.U32BigEndian(length, (uint)mask.Length);
        WriteValue(writer, maskAttribute, mask);
        WriteValue(writer, xorAttribute, xor);
    }
}
