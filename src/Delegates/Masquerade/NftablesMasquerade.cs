using MultiNet.Cni;
using MultiNet.Delegates.InterfaceConfiguration;
using MultiNet.Netlink;
using MultiNet.Netlink.Netfilter;

namespace MultiNet.Delegates.Masquerade;

/// <summary>
/// Masquerading with nftables: table, chains, rules and comments are the reference's, made by netlink in one transaction.
/// </summary>
/// <param name="kernel">The kernel; the rules are those of the host.</param>
internal sealed class NftablesMasquerade(NodeKernel kernel)
{
    private const int SourceNatPriority = 100;
    private const int RulesOfPostrouting = 3;

    private static readonly NftTable s_table = new(NftFamily.Inet, "cni_plugins_masquerade")
    {
        Comment = "Masquerading for plugins from github.com/containernetworking/plugins",
    };

    private static readonly NftChain s_checks = new(s_table, "masq_checks")
    {
        Comment = "Masquerade traffic from certain IPs to any (non-multicast) IP outside their subnet",
    };

    private static readonly NftChain s_postrouting = new(s_table, "postrouting")
    {
        Base = new NftBaseChain("nat", NftHook.Postrouting, SourceNatPriority),
    };

    /// <summary>Does the kernel have nftables?</summary>
    public bool IsAvailable
    {
        get
        {
            try
            {
                kernel.Netfilter("").TableList(NftFamily.Inet);
                return true;
            }
            catch (KernelException)
            {
                return false;
            }
        }
    }

    /// <summary>Masquerades what comes from the addresses and goes out of their networks.</summary>
    /// <exception cref="CniException">The kernel refused; then nothing is changed.</exception>
    public void SetUp(MasqueradeNames names, IReadOnlyList<IPPrefix> addresses) => KernelFailure.Describe("failed to masquerade with nftables", () =>
    {
        var socket = kernel.Netfilter("");
        var batch = new NftBatch();
        // The reference writes this anew each time. But whoever deletes or changes something waits, when it closes its socket, for the
        // kernel to tidy up: 10 ms here.
        if (Rules(s_postrouting).Count != RulesOfPostrouting)
            AddWayIn(batch);
        foreach (var stale in RulesOf(names))
            batch.DeleteRule(stale);
        foreach (var address in addresses)
        {
            batch.AddRule(new NftRule(s_checks)
                .MatchSource(address.Address)
                .MatchDestination(Routes.ToNetwork(address), negate: true)
                .Masquerade()
                .WithComment(names.NftablesComment));
        }
        socket.Commit(batch);
    });

    /// <summary>Takes the rules of an attachment down.</summary>
    /// <returns>Were there any?</returns>
    public bool TearDown(MasqueradeNames names)
    {
        var batch = new NftBatch();
        foreach (var rule in RulesOf(names))
            batch.DeleteRule(rule);
        Commit(batch);
        return !batch.IsEmpty;
    }

    /// <summary>Is there a rule for each address, and a way to it?</summary>
    public bool Holds(MasqueradeNames names, IReadOnlyList<IPPrefix> addresses) =>
        RulesOf(names).Count >= addresses.Count && Rules(s_postrouting).Count > 0;

    /// <summary>Takes down the rules of this network's attachments that are not valid any more.</summary>
    public void CollectGarbage(string network, IReadOnlyList<GcAttachment> valid)
    {
        string networkPrefix = MasqueradeNames.NetworkPrefix(network);
        var keep = new HashSet<string>();
        foreach (var attachment in valid)
            keep.Add(new MasqueradeNames(network, attachment.ContainerId, attachment.IfName).AttachmentPrefix);
        var batch = new NftBatch();
        foreach (var rule in Rules(s_checks))
        {
            if (rule.Comment is { Length: >= MasqueradeNames.AttachmentPrefixLength } comment
                && comment.StartsWith(networkPrefix, StringComparison.Ordinal)
                && !keep.Contains(comment[..MasqueradeNames.AttachmentPrefixLength]))
            {
                batch.DeleteRule(rule);
            }
        }
        Commit(batch);
    }

    private static void AddWayIn(NftBatch batch) => batch
        .AddTable(s_table).AddChain(s_checks).AddChain(s_postrouting).FlushChain(s_postrouting)
        .AddRule(new NftRule(s_postrouting).MatchDestination(Routes.ToNetwork(Multicast(ipv4: true))).Return())
        .AddRule(new NftRule(s_postrouting).MatchDestination(Routes.ToNetwork(Multicast(ipv4: false))).Return())
        .AddRule(new NftRule(s_postrouting).Goto(s_checks));

    private static IPPrefix Multicast(bool ipv4) =>
        ipv4 ? new IPPrefix(new System.Net.IPAddress([224, 0, 0, 0]), 4) : new IPPrefix(new System.Net.IPAddress([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 8);

    private List<NftListedRule> RulesOf(MasqueradeNames names)
    {
        string prefix = names.AttachmentPrefix;
        var own = new List<NftListedRule>();
        foreach (var rule in Rules(s_checks))
        {
            if (rule.Comment?.StartsWith(prefix, StringComparison.Ordinal) == true)
                own.Add(rule);
        }
        return own;
    }

    // A kernel without nftables has no rules.
    private IReadOnlyList<NftListedRule> Rules(NftChain chain)
    {
        try
        {
            return kernel.Netfilter("").RuleList(chain);
        }
        catch (KernelException e) when (e.IsNotSupported || e.IsNotFound)
        {
            return [];
        }
    }

    private void Commit(NftBatch batch)
    {
        if (batch.IsEmpty)
            return;
        try
        {
            kernel.Netfilter("").Commit(batch);
        }
        catch (NetlinkException e) when (e.IsNotFound)
        {
            // Somebody else took the rules away in between.
        }
    }
}
