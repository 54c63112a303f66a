using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <summary>Ends the rule unless the first register equals (or, negated, differs from) a value.</summary>
internal sealed class NftCompare(byte[] value, bool negate) : NftExpression
{
    protected override string Name => "cmp";

    protected override void WriteData(MessageWriter writer)
    {
        const ushort source = 1, operation = 2, data = 3;
        const uint equal = 0, notEqual = 1;
        writer.U32BigEndian(source, NftRegister.First);
        writer.U32BigEndian(operation, negate ? notEqual : equal);
        WriteValue(writer, data, value);
    }
}
