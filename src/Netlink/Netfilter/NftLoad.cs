using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <summary>Loads a constant into a register.</summary>
internal sealed class NftLoad(uint register, byte[] value) : NftExpression
{
    protected override string Name => "immediate";

    protected override void WriteData(MessageWriter writer)
    {
        const ushort destination = 1, data = 2;
        writer.U32BigEndian(destination, register);
        WriteValue(writer, data, value);
    }
}
