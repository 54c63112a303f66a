using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <summary>Sets the mark of the packet from the first register.</summary>
internal sealed class NftSetMark : NftExpression
{
    protected override string Name => "meta";

    protected override void WriteData(MessageWriter writer)
    {
        const ushort key = 2, source = 3;
        writer.U32BigEndian(key, (uint)NftMetaKey.Mark);
        writer.U32BigEndian(source, NftRegister.First);
    }
}
