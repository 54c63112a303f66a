using System.Text;
using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <summary>Composes and reads NFT_MSG_* (linux/netfilter/nf_tables.h).</summary>
internal static class NftMessages
{
    internal const ushort BatchBegin = 0x10;
    internal const ushort BatchEnd = 0x11;

    // NFNL_SUBSYS_NFTABLES in the high byte of the message type
    internal const ushort Subsystem = 10;
    internal const ushort NewTable = (Subsystem << 8) | 0;
    internal const ushort GetTable = (Subsystem << 8) | 1;
    internal const ushort DelTable = (Subsystem << 8) | 2;
    internal const ushort NewChain = (Subsystem << 8) | 3;
    internal const ushort GetChain = (Subsystem << 8) | 4;
    internal const ushort DelChain = (Subsystem << 8) | 5;
    internal const ushort NewRule = (Subsystem << 8) | 6;
    internal const ushort GetRule = (Subsystem << 8) | 7;
    internal const ushort DelRule = (Subsystem << 8) | 8;

    private const int HeaderLength = 4;
    private const int MaximumComment = 128;

    private const ushort TableName = 1;
    private const ushort TableUserData = 6;
    private const ushort ChainTable = 1;
    private const ushort ChainName = 3;
    private const ushort ChainHook = 4;
    private const ushort ChainPolicy = 5;
    private const ushort ChainType = 7;
    private const ushort ChainUserData = 12;
    private const ushort HookNumber = 1;
    private const ushort HookPriority = 2;
    private const ushort RuleTable = 1;
    private const ushort RuleChain = 2;
    private const ushort RuleHandle = 3;
    private const ushort RuleExpressions = 4;
    private const ushort RuleUserData = 7;

    internal static void WriteTable(MessageWriter writer, NftTable table)
    {
        writer.NetfilterHeader((byte)table.Family);
        writer.String(TableName, table.Name);
        WriteComment(writer, TableUserData, table.Comment);
    }

    internal static void WriteChain(MessageWriter writer, NftChain chain)
    {
        WriteChainName(writer, chain);
        if (chain.Base is { } entry)
        {
            int hook = writer.BeginFlaggedNested(ChainHook);
            writer.U32BigEndian(HookNumber, (uint)entry.Hook);
            writer.U32BigEndian(HookPriority, (uint)entry.Priority);
            writer.EndNested(hook);
            writer.U32BigEndian(ChainPolicy, entry.DropByDefault ? 0u : 1u);
            writer.String(ChainType, entry.Type);
        }
        WriteComment(writer, ChainUserData, chain.Comment);
    }

    internal static void WriteChainName(MessageWriter writer, NftChain chain)
    {
        writer.NetfilterHeader((byte)chain.Table.Family);
        writer.String(ChainTable, chain.Table.Name);
        writer.String(ChainName, chain.Name);
    }

    internal static void WriteRule(MessageWriter writer, NftRule rule)
    {
        WriteRulePlace(writer, rule.Chain, handle: 0);
        int expressions = writer.BeginFlaggedNested(RuleExpressions);
        foreach (var expression in rule.Expressions)
            expression.Write(writer);
        writer.EndNested(expressions);
        WriteComment(writer, RuleUserData, rule.Comment);
    }

    /// <summary>The rules of a chain, or one of them.</summary>
    internal static void WriteRulePlace(MessageWriter writer, NftChain chain, ulong handle)
    {
        writer.NetfilterHeader((byte)chain.Table.Family);
        writer.String(RuleTable, chain.Table.Name);
        writer.String(RuleChain, chain.Name);
        if (handle != 0)
            writer.U64BigEndian(RuleHandle, handle);
    }

    internal static void WriteRuleList(MessageWriter writer, NftTable table, string? chain)
    {
        writer.NetfilterHeader((byte)table.Family);
        writer.String(RuleTable, table.Name);
        if (chain is not null)
            writer.String(RuleChain, chain);
    }

    internal static NftTable? ParseTable(ushort type, ReadOnlySpan<byte> body)
    {
        if (type != NewTable)
            return null;
        var family = Family(body);
        string name = "";
        string? comment = null;
        var reader = new AttributeReader(body[HeaderLength..]);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case TableName: name = reader.String(); break;
                case TableUserData: comment = Comment(reader.Value); break;
            }
        }
        return new NftTable(family, name) { Comment = comment };
    }

    internal static NftChain? ParseChain(ushort type, ReadOnlySpan<byte> body)
    {
        if (type != NewChain)
            return null;
        var family = Family(body);
        string table = "", name = "", kind = "";
        string? comment = null;
        uint policy = 1;
        (NftHook Hook, int Priority)? hook = null;
        var reader = new AttributeReader(body[HeaderLength..]);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case ChainTable: table = reader.String(); break;
                case ChainName: name = reader.String(); break;
                case ChainType: kind = reader.String(); break;
                case ChainPolicy: policy = reader.U32BigEndian(); break;
                case ChainUserData: comment = Comment(reader.Value); break;
                case ChainHook: hook = Hook(reader.Nested()); break;
            }
        }
        return new NftChain(new NftTable(family, table), name)
        {
            Base = hook is { } entry ? new NftBaseChain(kind, entry.Hook, entry.Priority) { DropByDefault = policy == 0 } : null,
            Comment = comment,
        };
    }

    internal static NftListedRule? ParseRule(ushort type, ReadOnlySpan<byte> body)
    {
        if (type != NewRule)
            return null;
        var family = Family(body);
        string table = "", chain = "";
        string? comment = null, inInterface = null;
        ulong handle = 0;
        byte[] expressions = [];
        var reader = new AttributeReader(body[HeaderLength..]);
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case RuleTable: table = reader.String(); break;
                case RuleChain: chain = reader.String(); break;
                case RuleHandle: handle = reader.U64BigEndian(); break;
                case RuleExpressions:
                    inInterface = NftExpressionReader.InInterface(reader.Nested());
                    expressions = reader.Value.ToArray();
                    break;
                case RuleUserData: comment = Comment(reader.Value); break;
            }
        }
        return new NftListedRule(new NftChain(new NftTable(family, table), chain), handle, comment) { InInterface = inInterface, Expressions = expressions };
    }

    private static NftFamily Family(ReadOnlySpan<byte> body)
    {
        if (body.Length < HeaderLength)
            ThrowHelper.BodyTooShort("nftables", HeaderLength, body.Length);
        return (NftFamily)body[0];
    }

    private static (NftHook Hook, int Priority) Hook(AttributeReader reader)
    {
        uint number = 0, priority = 0;
        while (reader.Read())
        {
            switch (reader.Type)
            {
                case HookNumber: number = reader.U32BigEndian(); break;
                case HookPriority: priority = reader.U32BigEndian(); break;
            }
        }
        return ((NftHook)number, (int)priority);
    }

    // User data is the tool's own business: type, length, value, one byte each for the first two. A comment has type 0 and ends with NUL.
    private static void WriteComment(MessageWriter writer, ushort attribute, string? comment)
    {
        if (comment is null)
            return;
        int length = Encoding.UTF8.GetByteCount(comment);
        if (length > MaximumComment || comment.Contains('\0'))
            throw new ArgumentException($"a comment has at most {MaximumComment} bytes without NUL, found {length}: \"{comment}\"", nameof(comment));
        Span<byte> data = stackalloc byte[2 + MaximumComment + 1];
        data[0] = 0;
        data[1] = (byte)(length + 1);
        Encoding.UTF8.GetBytes(comment, data[2..]);
        data[2 + length] = 0;
        writer.Bytes(attribute, data[..(3 + length)]);
    }

    private static string? Comment(ReadOnlySpan<byte> data)
    {
        while (data.Length >= 2)
        {
            int length = data[1];
            if (length > data.Length - 2)
                return null;
            if (data[0] == 0)
                return Encoding.UTF8.GetString(data.Slice(2, length).TrimEnd((byte)0));
            data = data[(2 + length)..];
        }
        return null;
    }
}
