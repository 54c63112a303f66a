using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <summary>Reads what is needed of a listed rule's expressions.</summary>
internal static class NftExpressionReader
{
    private const ushort ListElement = 1;
    private const ushort ExpressionName = 1;
    private const ushort ExpressionData = 2;
    private const ushort MetaKey = 2;
    private const ushort CompareOperation = 2;
    private const ushort CompareData = 3;
    private const ushort DataValue = 1;

    /// <summary>The name that <c>iifname</c> is compared with for equality; null where the rule does not.</summary>
    internal static string? InInterface(AttributeReader expressions)
    {
        bool loaded = false;
        while (expressions.Read())
        {
            if (expressions.Type != ListElement)
                continue;
            string name = "";
            AttributeReader data = default;
            var reader = expressions.Nested();
            while (reader.Read())
            {
                switch (reader.Type)
                {
                    case ExpressionName: name = reader.String(); break;
                    case ExpressionData: data = reader.Nested(); break;
                }
            }
            if (loaded && name == "cmp" && EqualTo(data) is { } found)
                return found;
            loaded = name == "meta" && IsInInterfaceName(data);
        }
        return null;
    }

    private static bool IsInInterfaceName(AttributeReader meta)
    {
        while (meta.Read())
        {
            if (meta.Type == MetaKey)
                return meta.U32BigEndian() == (uint)NftMetaKey.InInterfaceName;
        }
        return false;
    }

    private static string? EqualTo(AttributeReader compare)
    {
        string? value = null;
        while (compare.Read())
        {
            if (compare.Type == CompareOperation && compare.U32BigEndian() != 0)
                return null;
            if (compare.Type != CompareData)
                continue;
            var reader = compare.Nested();
            while (reader.Read())
            {
                if (reader.Type == DataValue)
                    value = reader.String();
            }
        }
        return value;
    }
}
