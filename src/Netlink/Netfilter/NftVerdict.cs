using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <summary>Decides about the packet, or leads to a chain.</summary>
internal sealed class NftVerdict(NftVerdictCode code, string? chain) : NftExpression
{
    protected override string Name => "immediate";

    protected override void WriteData(MessageWriter writer)
    {
        const ushort destination = 1, data = 2, verdictCode = 1, verdictChain = 2;
        writer.U32BigEndian(destination, NftRegister.Verdict);
        int value = writer.BeginFlaggedNested(data);
        int verdict = writer.BeginFlaggedNested(DataVerdict);
        writer.U32BigEndian(verdictCode, (uint)(int)code);
        if (chain is not null)
            writer.String(verdictChain, chain);
        writer.EndNested(verdict);
        writer.EndNested(value);
    }
}
