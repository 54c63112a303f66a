using MultiNet.Netlink.Messages;
using MultiNet.Netlink.Native;

namespace MultiNet.Netlink.Netfilter;

/// <summary>
/// A netfilter socket (NETLINK_NETFILTER) of one network namespace, for nftables and connection tracking. Usable from any thread, by one at a time; changes need
/// CAP_NET_ADMIN in the namespace. Every method throws <see cref="NetlinkException"/> where the kernel refuses.
/// </summary>
public sealed partial class NetfilterSocket : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    private readonly NetlinkChannel _channel;

    private NetfilterSocket(NetlinkChannel channel) => _channel = channel;

    /// <summary>Opens a socket in the namespace of the calling thread; see <see cref="NetworkNamespace.OpenNetfilterSocket"/> for others.</summary>
    public static NetfilterSocket Open() => new(new NetlinkChannel(NetlinkSocket.Open(NetlinkSocket.NetfilterProtocol, s_deadline)));

    /// <summary>Makes all changes of a batch in one transaction.</summary>
    /// <exception cref="NetlinkException">The first change that failed. None is made then.</exception>
    public void Commit(NftBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.IsEmpty)
            return;
        var writer = _channel.Writer;
        writer.Clear();
        var requests = new List<PendingRequest>(batch.Changes.Count + 1)
        {
            new(writer.BeginMessage(NftMessages.BatchBegin, MessageFlags.None), "begin nftables transaction", 0),
        };
        writer.NetfilterHeader(0, NftMessages.Subsystem);
        for (int i = 0; i < batch.Changes.Count; i++)
        {
            var (type, flags, operation, write) = batch.Changes[i];
            // Failures are always told; of success only the last one needs to tell.
            if (i == batch.Changes.Count - 1)
                flags |= MessageFlags.Ack;
            requests.Add(new PendingRequest(writer.BeginMessage(type, flags), operation, 0));
            write(writer);
        }
        writer.BeginMessage(NftMessages.BatchEnd, MessageFlags.None);
        writer.NetfilterHeader(0, NftMessages.Subsystem);
        writer.EndMessage();
        _channel.ExecuteTransaction(requests);
    }

    /// <summary>The tables of a family, or of all.</summary>
    public IReadOnlyList<NftTable> TableList(NftFamily family = NftFamily.Unspecified)
    {
        _channel.Begin(NftMessages.GetTable, MessageFlags.Dump).NetfilterHeader((byte)family);
        return _channel.Dump<NftTable>("list nftables tables", NftMessages.ParseTable);
    }

    /// <summary>The chains of a table; none where there is no such table.</summary>
    public IReadOnlyList<NftChain> ChainList(NftTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        _channel.Begin(NftMessages.GetChain, MessageFlags.Dump).NetfilterHeader((byte)table.Family);
        return _channel.Dump(
            $"list chains of table {table}",
            (type, body) => NftMessages.ParseChain(type, body) is { } chain && chain.Table.Name == table.Name && chain.Table.Family == table.Family
                ? chain
                : null);
    }

    /// <summary>The rules of a chain in their order; none where there is no such chain.</summary>
    public IReadOnlyList<NftListedRule> RuleList(NftChain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return RuleList(chain.Table, chain.Name);
    }

    /// <summary>The rules of all chains of a table; none where there is no such table.</summary>
    public IReadOnlyList<NftListedRule> RuleList(NftTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return RuleList(table, null);
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _channel.Dispose();

    private List<NftListedRule> RuleList(NftTable table, string? chain)
    {
        NftMessages.WriteRuleList(_channel.Begin(NftMessages.GetRule, MessageFlags.Dump), table, chain);
        try
        {
            // Kernels before 4.14 do not filter.
            return _channel.Dump(
                $"list rules of table {table}",
                (type, body) => NftMessages.ParseRule(type, body) is { } rule
                    && rule.Chain.Table.Family == table.Family
                    && rule.Chain.Table.Name == table.Name
                    && (chain is null || rule.Chain.Name == chain)
                    ? rule
                    : null);
        }
        catch (NetlinkException exception) when (exception.Errno == Errno.ENOENT)
        {
            return [];
        }
    }
}
