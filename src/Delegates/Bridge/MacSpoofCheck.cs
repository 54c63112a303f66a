using System.Text;
using MultiNet.Cni;
using MultiNet.Netlink;
using MultiNet.Netlink.Netfilter;

namespace MultiNet.Delegates.Bridge;

/// <summary>
/// Drops frames from a container whose source is not the container's hardware address (<c>macspoofchk</c>). Table, chains, rules and
/// comments are the reference's, made by netlink in one transaction where it runs the nft tool twice.
/// </summary>
/// <param name="kernel">The kernel; the rules are those of the host.</param>
/// <param name="containerId">The container's id.</param>
/// <param name="ifName">The interface in the container.</param>
internal sealed class MacSpoofCheck(NodeKernel kernel, string containerId, string ifName)
{
    private const string CommentPrefix = "macspoofchk-";
    private const string ChainPrefix = "cni-br-iface-";
    private const int CommentLength = 128;
    private const int RawPriority = -300;

    private static readonly NftTable s_table = new(NftFamily.Bridge, "nat");

    private static readonly NftChain s_prerouting = new(s_table, "PREROUTING")
    {
        Base = new NftBaseChain("filter", NftHook.Prerouting, RawPriority),
    };

    private readonly NftChain _interfaceChain = new(s_table, $"{ChainPrefix}{containerId}-{ifName}");
    private readonly NftChain _macChain = new(s_table, $"{ChainPrefix}{containerId}-{ifName}-mac");
    private readonly string _comment = Cut($"{CommentPrefix}{containerId}-{ifName}");

    /// <summary>Puts up the rules.</summary>
    /// <exception cref="CniException">The kernel refused; then nothing is changed.</exception>
    public void SetUp(string hostVeth, MacAddress mac) => KernelFailure.Describe("failed to setup spoof-check", () =>
    {
        var socket = kernel.Netfilter("");
        // Usually the table is there and the chains are not. Then nothing is changed or emptied, for which the kernel would let us
        // wait when the socket is closed.
        if (Rules(socket, _interfaceChain).Count == 0 && Rules(socket, _macChain).Count == 0)
        {
            try
            {
                socket.Commit(WithRules(new NftBatch().AddChain(_interfaceChain).AddChain(_macChain), hostVeth, mac));
                return;
            }
            catch (NetlinkException e) when (e.IsNotFound)
            {
            }
        }
        var batch = new NftBatch()
            .AddTable(s_table).AddChain(s_prerouting).AddChain(_interfaceChain).AddChain(_macChain)
            .FlushChain(_interfaceChain).FlushChain(_macChain);
        socket.Commit(WithRules(batch, hostVeth, mac));
    });

    /// <summary>Takes the rules down; the table and its base chain stay, as with the reference. Nothing there is success.</summary>
    public void TearDown()
    {
        var socket = kernel.Netfilter("");
        var jumps = new List<NftListedRule>();
        foreach (var rule in Rules(socket, s_prerouting))
        {
            if (rule.Comment == _comment)
                jumps.Add(rule);
        }
        Remove(socket, jumps, [_interfaceChain, _macChain]);
    }

    /// <summary>Are the rules in place?</summary>
    /// <exception cref="CniException">They are not.</exception>
    public void Check(string hostVeth)
    {
        var socket = kernel.Netfilter("");
        bool jump = false;
        foreach (var rule in Rules(socket, s_prerouting))
            jump |= rule.Comment == _comment && rule.InInterface == hostVeth;
        if (!jump || Rules(socket, _interfaceChain).Count < 1 || Rules(socket, _macChain).Count < 2)
        {
            throw new CniException(
                CniErrorCode.Internal, $"macspoofchk: the rules for {hostVeth} are missing",
                "Somebody took them away after ADD (nft flush ruleset?); DEL and ADD put them up again.");
        }
    }

    /// <summary>Could rules be put up?</summary>
    /// <exception cref="CniException">Code 50: no.</exception>
    public static void CheckAvailable(NodeKernel kernel)
    {
        try
        {
            kernel.Netfilter("").TableList(NftFamily.Bridge);
        }
        catch (KernelException e)
        {
            throw new CniException(
                CniErrorCode.PluginNotAvailable, $"macspoofchk needs nftables for bridges: {e.Message}", "The kernel needs nf_tables with bridge support (CONFIG_NF_TABLES_BRIDGE).", e);
        }
    }

    /// <summary>
    /// Takes down the rules for interfaces that are not on the host any more. The comments name no network, so a check of another
    /// network's live container cannot be told from a stale one by anything else.
    /// </summary>
    public static void CollectGarbage(NodeKernel kernel)
    {
        var socket = kernel.Netfilter("");
        var host = kernel.Socket("");
        foreach (var rule in Rules(socket, s_prerouting))
        {
            if (rule.Comment is not { } comment || !comment.StartsWith(CommentPrefix, StringComparison.Ordinal)
                || rule.InInterface is not { Length: > 0 } veth || host.TryGetLink(veth, out _))
            {
                continue;
            }
            string chain = ChainPrefix + comment[CommentPrefix.Length..];
            Remove(socket, [rule], [new NftChain(s_table, chain), new NftChain(s_table, chain + "-mac")]);
        }
    }

    private NftBatch WithRules(NftBatch batch, string hostVeth, MacAddress mac) => batch
        .AddRule(new NftRule(s_prerouting).MatchInInterface(hostVeth).Jump(_interfaceChain).WithComment(_comment))
        .AddRule(new NftRule(_interfaceChain).Jump(_macChain).WithComment(_comment))
        .AddRule(new NftRule(_macChain).MatchEtherSource(mac).Return().WithComment(_comment))
        .AddRule(new NftRule(_macChain).Drop().WithComment(_comment));

    private static void Remove(NetfilterSocket socket, List<NftListedRule> jumps, ReadOnlySpan<NftChain> chains)
    {
        try
        {
            if (jumps.Count > 0)
            {
                Commit(socket, jumps, chains);
                return;
            }
        }
        catch (NetlinkException e) when (e.IsNotFound || e.Errno == Busy)
        {
            // A part of it is gone already, or another jump leads there.
        }
        var present = new List<NftChain>();
        foreach (var found in Chains(socket))
        {
            foreach (var chain in chains)
            {
                if (found.Name == chain.Name)
                    present.Add(chain);
            }
        }
        // The first one leads to the second: its rules must go first.
        present.Sort(static (left, right) => left.Name.Length.CompareTo(right.Name.Length));
        Commit(socket, jumps, present.ToArray());
    }

    private const int Busy = 16;

    private static void Commit(NetfilterSocket socket, List<NftListedRule> jumps, ReadOnlySpan<NftChain> chains)
    {
        var batch = new NftBatch();
        foreach (var jump in jumps)
            batch.DeleteRule(jump);
        foreach (var chain in chains)
            batch.FlushChain(chain).DeleteChain(chain);
        socket.Commit(batch);
    }

    // A kernel without nftables for bridges has no rules.
    private static IReadOnlyList<NftListedRule> Rules(NetfilterSocket socket, NftChain chain)
    {
        try
        {
            return socket.RuleList(chain);
        }
        catch (NetlinkException e) when (e.IsNotSupported || e.IsNotFound)
        {
            return [];
        }
    }

    private static IReadOnlyList<NftChain> Chains(NetfilterSocket socket)
    {
        try
        {
            return socket.ChainList(s_table);
        }
        catch (NetlinkException e) when (e.IsNotSupported || e.IsNotFound)
        {
            return [];
        }
    }

    // The reference fails for ids that are so long.
    private static string Cut(string comment) => Encoding.UTF8.GetByteCount(comment) <= CommentLength ? comment : comment[..CommentLength];
}
