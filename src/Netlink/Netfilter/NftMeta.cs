using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <summary>Loads what is known about the packet into the first register.</summary>
internal sealed class NftMeta(NftMetaKey key) : NftExpression
{
    protected override string Name => "meta";

    protected override void WriteData(MessageWriter writer)
    {
        const ushort destination = 1, keyAttribute = 2;
        writer.U32BigEndian(keyAttribute, (uint)key);
        writer.U32BigEndian(destination, NftRegister.First);
    }
}
