using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <summary>Masquerades the packet.</summary>
internal sealed class NftMasquerade : NftExpression
{
    protected override string Name => "masq";

    protected override void WriteData(MessageWriter writer)
    {
    }
}
