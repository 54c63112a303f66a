using MultiNet.Cni;
using MultiNet.Netlink;
using MultiNet.Netlink.Netfilter;

namespace MultiNet.Delegates.Portmap;

/// <summary>
/// Port mappings with nftables: one transaction for each family, by netlink; where there are conditions, through the tool <c>nft</c>.
/// </summary>
/// <param name="kernel">The kernel; the rules are those of the host.</param>
/// <param name="toolPath">Where to look for <c>nft</c>; null for the usual places.</param>
internal sealed class NftablesPortmap(NodeKernel kernel, string? toolPath = null)
{
    // Somebody may take away, between the listing and the transaction, what the transaction names.
    private const int MaxAttempts = 10;

    private static readonly HostPortTable[] s_tables = [new(ipv4: true), new(ipv4: false)];

    /// <summary>Does the kernel have nftables?</summary>
    public bool IsAvailable
    {
        get
        {
            try
            {
                kernel.Netfilter("").TableList(NftFamily.IPv4);
                return true;
            }
            catch (KernelException)
            {
                return false;
            }
        }
    }

    /// <summary>Puts up the rules of an attachment, in the place of those that it may have.</summary>
    /// <exception cref="CniException">The kernel or the tool refused; in that family nothing is changed then.</exception>
    public void SetUp(PortmapAttachment attachment)
    {
        foreach (var table in s_tables)
        {
            if (attachment.Address(table.IsIPv4) is null)
                continue;
            if (attachment.Conditions(table.IsIPv4).Count > 0)
                RunTool(() => ScriptOf(table, attachment));
            else
                Retried("unable to set up nftables rules for port mappings", () => kernel.Netfilter("").Commit(BatchOf(table, attachment)));
        }
    }

    /// <summary>Takes down the rules of an attachment, and of no other one of the same container. Nothing there is success.</summary>
    /// <param name="attachment">The attachment; where it has no address, all rules of the container count as its own.</param>
    /// <param name="others">The other attachments of which is known: what is theirs stays.</param>
    /// <exception cref="CniException">The kernel refused.</exception>
    public void TearDown(PortmapAttachment attachment, IReadOnlyList<PortmapAttachment> others)
    {
        foreach (var table in s_tables)
        {
            if (attachment.HasAddress && attachment.Address(table.IsIPv4) is null)
                continue;
            Retried("error deleting nftables rules", () =>
            {
                var batch = new NftBatch();
                foreach (var rule in Rules(table))
                {
                    if (IsOf(attachment, rule, table) && !IsOfAny(others, rule, table))
                        batch.DeleteRule(rule);
                }
                if (!batch.IsEmpty)
                    kernel.Netfilter("").Commit(batch);
            });
        }
    }

    /// <summary>Is every rule of the attachment there, and the way to it?</summary>
    /// <exception cref="CniException">One is not.</exception>
    public void Check(PortmapAttachment attachment)
    {
        foreach (var table in s_tables)
        {
            if (attachment.Address(table.IsIPv4) is null)
                continue;
            bool conditional = attachment.Conditions(table.IsIPv4).Count > 0;
            var listed = Rules(table);
            foreach (var (chain, expected) in table.RulesOf(attachment))
            {
                if (!IsThere(listed, chain, expected, attachment, conditional && chain == table.Ports))
                    throw Missing(chain, $"A rule of container {attachment.ContainerId} was taken away or changed.");
            }
            foreach (var (chain, rules) in table.WayIn)
            {
                if (!Holds(listed, chain, rules))
                    throw Missing(chain, $"The chain must lead packets to {table.Ports}, and nothing else.");
            }
        }
    }

    private static bool IsThere(
        IReadOnlyList<NftListedRule> listed, NftChain chain, NftRuleContent expected, PortmapAttachment attachment, bool conditional)
    {
        foreach (var rule in listed)
        {
            if (rule.Chain.Name != chain.Name || rule.Comment != HostPortTable.CommentOf(attachment.ContainerId))
                continue;
            // What the conditions became is the tool's business.
            if (conditional
                ? rule.Content.Protocol == expected.Protocol && rule.Content.DestinationPort == expected.DestinationPort
                    && Equals(rule.Content.NewDestination, expected.NewDestination)
                : rule.Content == expected)
            {
                return true;
            }
        }
        return false;
    }

    private static bool Holds(IReadOnlyList<NftListedRule> listed, NftChain chain, IReadOnlyList<NftRuleContent> expected)
    {
        int found = 0;
        foreach (var rule in listed)
        {
            if (rule.Chain.Name != chain.Name)
                continue;
            if (found == expected.Count || rule.Content != expected[found])
                return false;
            found++;
        }
        return found == expected.Count;
    }

    private NftBatch BatchOf(HostPortTable table, PortmapAttachment attachment)
    {
        var listed = Rules(table);
        var batch = new NftBatch();
        if (!IsWayThere(table, listed))
        {
            batch.AddTable(table.Table).AddChain(table.Ports).AddChain(table.FormerPorts);
            foreach (var (chain, rules) in table.WayIn)
            {
                batch.AddChain(chain).FlushChain(chain);
                foreach (var rule in rules)
                    batch.AddRule(NftRule.Of(chain, rule));
            }
        }
        if (attachment.Snat)
            batch.AddChain(table.Masquerading);
        foreach (var rule in listed)
        {
            if (IsOf(attachment, rule, table))
                batch.DeleteRule(rule);
        }
        foreach (var (chain, content, first) in Ordered(table, attachment, listed))
        {
            var rule = NftRule.Of(chain, content).WithComment(HostPortTable.CommentOf(attachment.ContainerId));
            _ = first ? batch.InsertRule(rule) : batch.AddRule(rule);
        }
        return batch;
    }

    // The same as text.
    private string ScriptOf(HostPortTable table, PortmapAttachment attachment)
    {
        var listed = Rules(table);
        var script = new NftablesText();
        if (!IsWayThere(table, listed))
        {
            script.AddTable(table.Table);
            script.AddChain(table.Ports);
            script.AddChain(table.FormerPorts);
            foreach (var (chain, rules) in table.WayIn)
            {
                script.AddChain(chain);
                script.FlushChain(chain);
                foreach (var rule in rules)
                    script.AddRule(chain, rule);
            }
        }
        if (attachment.Snat)
            script.AddChain(table.Masquerading);
        foreach (var rule in listed)
        {
            if (IsOf(attachment, rule, table))
                script.DeleteRule(rule);
        }
        foreach (var (chain, content, first) in Ordered(table, attachment, listed))
        {
            script.AddRule(
                chain, content, first, chain == table.Ports ? attachment.Conditions(table.IsIPv4) : null, HostPortTable.CommentOf(attachment.ContainerId));
        }
        return script.ToString();
    }

    // The reference writes this anew each time. But whoever deletes something waits for the kernel to tidy up.
    private static bool IsWayThere(HostPortTable table, IReadOnlyList<NftListedRule> listed)
    {
        foreach (var (chain, rules) in table.WayIn)
        {
            if (!Holds(listed, chain, rules))
                return false;
        }
        return true;
    }

    // The first rule that takes a packet has it. One of a container that is gone, of which nobody knows any more, must not be that:
    // where there is such a one, ours goes before it. Those come last to first, since each is put at the start.
    private static List<(NftChain Chain, NftRuleContent Rule, bool First)> Ordered(
        HostPortTable table, PortmapAttachment attachment, IReadOnlyList<NftListedRule> listed)
    {
        bool contested = false;
        foreach (var rule in listed)
        {
            contested |= rule.Chain.Name != table.Masquerading.Name && !IsOf(attachment, rule, table)
                && TakesAny(rule.Content, attachment.Mappings, table);
        }
        var ordered = new List<(NftChain, NftRuleContent, bool)>();
        foreach (var (chain, rule) in table.RulesOf(attachment))
        {
            bool first = contested && chain == table.Ports;
            ordered.Insert(first ? 0 : ordered.Count, (chain, rule, first));
        }
        return ordered;
    }

    private static bool IsOf(PortmapAttachment attachment, NftListedRule rule, HostPortTable table) =>
        rule.Comment == HostPortTable.CommentOf(attachment.ContainerId)
        && (!attachment.HasAddress || (attachment.Address(table.IsIPv4) is { } own && HostPortTable.LeadsTo(rule.Content, own.Address)));

    private static bool IsOfAny(IReadOnlyList<PortmapAttachment> attachments, NftListedRule rule, HostPortTable table)
    {
        foreach (var attachment in attachments)
        {
            if (attachment.HasAddress && IsOf(attachment, rule, table))
                return true;
        }
        return false;
    }

    private static bool TakesAny(NftRuleContent rule, IReadOnlyList<PortMapping> mappings, HostPortTable table)
    {
        foreach (var mapping in mappings)
        {
            if (mapping.AppliesTo(table.IsIPv4) && HostPortTable.Takes(rule, mapping))
                return true;
        }
        return false;
    }

    // A kernel without nftables has no rules.
    private IReadOnlyList<NftListedRule> Rules(HostPortTable table)
    {
        try
        {
            return kernel.Netfilter("").RuleList(table.Table);
        }
        catch (KernelException e) when (e.IsNotSupported || e.IsNotFound)
        {
            return [];
        }
    }

    private static void Retried(string what, Action step)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                step();
                return;
            }
            catch (NetlinkException e) when (e.IsNotFound && attempt < MaxAttempts)
            {
            }
            catch (KernelException e)
            {
                throw KernelFailure.Of(e, what);
            }
        }
    }

    // As with iptables: a failure counts as somebody else's change in between if another reading gives another script.
    private void RunTool(Func<string> compose)
    {
        string path = SystemTool.Find("nft", toolPath) ?? throw new CniException(
            CniErrorCode.Internal, "nft is not installed", "conditionsV4 and conditionsV6 are text that only this tool can read. Install nftables, or leave them out.");
        string refused = "";
        for (int attempt = 1; ; attempt++)
        {
            string script = compose();
            var outcome = SystemTool.Run(path, ["-f", "-"], script);
            if (outcome.ExitCode == 0)
                return;
            if (script == refused || attempt == MaxAttempts)
                throw SystemTool.Failed(path, outcome, script).Prefixed("unable to set up nftables rules for port mappings: ");
            refused = script;
        }
    }

    private static CniException Missing(NftChain chain, string details) => new(
        CniErrorCode.Internal, $"missing hostport rules in \"{chain.Name}\" chain",
        $"{details} Somebody changed the table {chain.Table} after ADD (nft flush ruleset?); DEL and ADD put it up again.");
}
