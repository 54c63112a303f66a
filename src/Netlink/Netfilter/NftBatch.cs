using MultiNet.Netlink.Messages;

namespace MultiNet.Netlink.Netfilter;

/// <summary>Changes of nftables that <see cref="NetfilterSocket.Commit"/> makes all at once or not at all. May be committed again.</summary>
public sealed class NftBatch
{
    private readonly List<(ushort Type, MessageFlags Flags, string Operation, Action<MessageWriter> Write)> _changes = [];

    /// <summary>There are no changes.</summary>
    public bool IsEmpty => _changes.Count == 0;

    internal IReadOnlyList<(ushort Type, MessageFlags Flags, string Operation, Action<MessageWriter> Write)> Changes => _changes;

    /// <summary>Makes a table; one that is there stays as it is.</summary>
    public NftBatch AddTable(NftTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Add(NftMessages.NewTable, MessageFlags.Create, $"add table {table}", writer => NftMessages.WriteTable(writer, table));
    }

    /// <summary>Deletes a table with all that is in it. ENOENT: there is none.</summary>
    public NftBatch DeleteTable(NftTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var plain = table with { Comment = null };
        return Add(NftMessages.DelTable, MessageFlags.None, $"delete table {table}", writer => NftMessages.WriteTable(writer, plain));
    }

    /// <summary>Makes a chain; one that is there stays as it is. EEXIST or EOPNOTSUPP: it is there with another hook, type or priority.</summary>
    public NftBatch AddChain(NftChain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return Add(NftMessages.NewChain, MessageFlags.Create, $"add chain {chain}", writer => NftMessages.WriteChain(writer, chain));
    }

    /// <summary>Deletes the rules of a chain. ENOENT: there is no such chain.</summary>
    public NftBatch FlushChain(NftChain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return Add(NftMessages.DelRule, MessageFlags.None, $"flush chain {chain}", writer => NftMessages.WriteRulePlace(writer, chain, 0));
    }

    /// <summary>Deletes a chain and its rules. ENOENT: there is none. EBUSY: rules elsewhere lead to it.</summary>
    public NftBatch DeleteChain(NftChain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return Add(NftMessages.DelChain, MessageFlags.None, $"delete chain {chain}", writer => NftMessages.WriteChainName(writer, chain));
    }

    /// <summary>Adds a rule at the end of its chain.</summary>
    public NftBatch AddRule(NftRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var flags = MessageFlags.Create | MessageFlags.Append;
        return Add(NftMessages.NewRule, flags, $"add rule to chain {rule.Chain}", writer => NftMessages.WriteRule(writer, rule));
    }

    /// <summary>Adds a rule at the start of its chain.</summary>
    public NftBatch InsertRule(NftRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return Add(NftMessages.NewRule, MessageFlags.Create, $"insert rule into chain {rule.Chain}", writer => NftMessages.WriteRule(writer, rule));
    }

    /// <summary>Deletes a rule. ENOENT: there is none of this handle.</summary>
    public NftBatch DeleteRule(NftListedRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        // Without a handle the kernel would delete every rule of the chain.
        ArgumentOutOfRangeException.ThrowIfZero(rule.Handle);
        string operation = $"delete rule {rule.Handle} of chain {rule.Chain}";
        return Add(NftMessages.DelRule, MessageFlags.None, operation, writer => NftMessages.WriteRulePlace(writer, rule.Chain, rule.Handle));
    }

    private NftBatch Add(ushort type, MessageFlags flags, string operation, Action<MessageWriter> write)
    {
        _changes.Add((type, flags, operation, write));
        return this;
    }
}
