using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <summary>One instruction of the kernel's nftables machine. To add one: derive, give its name, write its NFTA_EXPR_DATA.</summary>
internal abstract class NftExpression
{
    protected const ushort DataValue = 1;
    protected const ushort DataVerdict = 2;

    private const ushort ListElement = 1;
    private const ushort ExpressionName = 1;
    private const ushort ExpressionData = 2;

    /// <summary>The kernel's name of the expression.</summary>
    protected abstract string Name { get; }

    internal void Write(MessageWriter writer)
    {
        int element = writer.BeginFlaggedNested(ListElement);
        writer.String(ExpressionName, Name);
        int data = writer.BeginFlaggedNested(ExpressionData);
        WriteData(writer);
        writer.EndNested(data);
        writer.EndNested(element);
    }

    protected abstract void WriteData(MessageWriter writer);

    /// <summary>A nested NFTA_DATA_VALUE.</summary>
    protected static void WriteValue(MessageWriter writer, ushort type, ReadOnlySpan<byte> value)
    {
        int nested = writer.BeginFlaggedNested(type);
        writer.Bytes(DataValue, value);
        writer.EndNested(nested);
    }
}
