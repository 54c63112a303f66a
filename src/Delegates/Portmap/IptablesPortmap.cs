using MultiNet.Cni;
using MultiNet.Delegates.Iptables;

namespace MultiNet.Delegates.Portmap;

/// <summary>
/// Port mappings with iptables: one process for each family puts up or takes down everything. It says what must be there; where that is
/// not so (the first mapping of the node, something was flushed), a second process reads what is, and a third makes the rest.
/// </summary>
/// <param name="searchPath">Where to look for the tools; null for the usual places.</param>
internal sealed class IptablesPortmap(string? searchPath = null)
{
    private static bool[] Families => [true, false];

    /// <summary>Are the tools for IPv4 there?</summary>
    public bool IsInstalled => Tool(ipv4: true).IsInstalled;

    /// <summary>Do they work on this kernel?</summary>
    /// <exception cref="CniException">They are missing, or fail.</exception>
    public void Probe() => Tool(ipv4: true).ReadTable(HostPortRules.Table);

    /// <summary>Makes sure that there are tools for the addresses of an attachment.</summary>
    /// <exception cref="CniException">There are not.</exception>
    public void MustBeInstalled(PortmapAttachment attachment)
    {
        foreach (bool ipv4 in Families)
        {
            if (attachment.Address(ipv4) is not null)
                Tool(ipv4).MustBeInstalled();
        }
    }

    /// <summary>Puts up the rules of an attachment, in the place of those that it may have.</summary>
    /// <param name="attachment">The attachment.</param>
    /// <param name="sharers">Other attachments of the same container to the same network, whose rules are in the same chain.</param>
    /// <param name="isFirst">Nothing was put up for it before, as far as is known.</param>
    /// <exception cref="CniException">The tool is missing or failed; in that family nothing is changed then.</exception>
    public void SetUp(PortmapAttachment attachment, IReadOnlyList<PortmapAttachment> sharers, bool isFirst)
    {
        foreach (bool ipv4 in Families)
        {
            if (attachment.Address(ipv4) is null)
                continue;
            var tool = Tool(ipv4);
            if (isFirst && sharers.Count == 0 && TryApply(tool, NewRules(attachment, ipv4)))
                continue;
            try
            {
                tool.Change(HostPortRules.Table, (table, script) =>
                {
                    AddShared(attachment, table, script);
                    Rebuild(attachment, [.. sharers, attachment], ipv4, table, script);
                });
            }
            catch (CniException e) when (tool.IsInstalled)
            {
                throw e.Prefixed("unable to setup DNAT: ");
            }
        }
    }

    /// <summary>Takes down the rules of an attachment. Nothing there is success.</summary>
    /// <param name="attachment">The attachment.</param>
    /// <param name="sharers">Other attachments of the same container to the same network: their rules stay.</param>
    /// <exception cref="CniException">The tool is missing though it was there at ADD, or failed.</exception>
    public void TearDown(PortmapAttachment attachment, IReadOnlyList<PortmapAttachment> sharers)
    {
        var failures = new Failures();
        foreach (bool ipv4 in Families)
        {
            var tool = Tool(ipv4);
            if (attachment.Address(ipv4) is not null)
                failures.Try("teardown dnat", () => TearDownKnown(tool, attachment, sharers, ipv4));
        }
        failures.ThrowIfAny();
    }

    /// <summary>Takes down what somebody else may have put up for a container in a network, of either family. Nothing there is success.</summary>
    /// <inheritdoc cref="TearDown(PortmapAttachment, IReadOnlyList{PortmapAttachment})" path="/param"/>
    /// <exception cref="CniException">A tool failed. One that is missing cannot have put up anything.</exception>
    public void TearDownUnknown(PortmapAttachment attachment, IReadOnlyList<PortmapAttachment> sharers)
    {
        var failures = new Failures();
        foreach (bool ipv4 in Families)
        {
            var tool = Tool(ipv4);
            if (tool.IsInstalled)
                failures.Try("teardown dnat", () => TearDown(tool, attachment, sharers, ipv4));
        }
        failures.ThrowIfAny();
    }

    /// <summary>Is every rule of the attachment there, and the way to it?</summary>
    /// <exception cref="CniException">One is not, or the tool failed.</exception>
    public void Check(PortmapAttachment attachment)
    {
        foreach (bool ipv4 in Families)
        {
            if (attachment.Address(ipv4) is null)
                continue;
            string family = ipv4 ? "ipv4" : "ipv6";
            var table = Tool(ipv4).ReadTable(HostPortRules.Table);
            string chain = HostPortRules.ChainOf(attachment.Network, attachment.ContainerId);
            if (!table.Chains.Contains(chain))
                throw Missing(family, $"chain {chain} not found in iptables table {HostPortRules.Table}");
            foreach (var rule in HostPortRules.Rules(attachment, ipv4))
                Require(table, rule, family);
            foreach (var (rule, _) in HostPortRules.Shared(attachment))
                Require(table, rule, family);
            bool conditional = attachment.Conditions(ipv4).Count > 0;
            foreach (var entry in HostPortRules.Entries(attachment, ipv4, conditional: false))
            {
                // What the tools made of conditions is their business.
                if (conditional ? !Leads(table, entry) : !table.Contains(entry))
                    throw Missing(family, $"rule {entry} not found in table {HostPortRules.Table}");
            }
        }
    }

    /// <summary>Takes down the chains of a network's containers of which nobody knows any more.</summary>
    /// <param name="network">The network.</param>
    /// <param name="keep">The containers that stay.</param>
    /// <exception cref="CniException">A tool failed.</exception>
    public void CollectGarbage(string network, IReadOnlySet<string> keep)
    {
        var failures = new Failures();
        foreach (bool ipv4 in Families)
        {
            var tool = Tool(ipv4);
            if (!tool.IsInstalled)
                continue;
            failures.Try("collect chains of iptables", () => tool.Change(HostPortRules.Table, (table, script) =>
            {
                foreach (string chain in StaleChains(table, network, keep))
                    Remove(chain, table, script);
            }));
        }
        failures.ThrowIfAny();
    }

    private static void TearDownKnown(IptablesTool tool, PortmapAttachment attachment, IReadOnlyList<PortmapAttachment> sharers, bool ipv4)
    {
        if (sharers.Count > 0 || !TryApply(tool, Removal(attachment, ipv4)))
            TearDown(tool, attachment, sharers, ipv4);
    }

    private static void TearDown(IptablesTool tool, PortmapAttachment attachment, IReadOnlyList<PortmapAttachment> sharers, bool ipv4)
    {
        try
        {
            tool.Change(HostPortRules.Table, (table, script) => Rebuild(attachment, sharers, ipv4, table, script));
        }
        catch (CniException e) when (tool.IsInstalled)
        {
            throw e.Prefixed($"could not teardown {(ipv4 ? "ipv4" : "ipv6")} dnat: ");
        }
    }

    // All at once, on a node that has mappings already.
    private static IptablesScript NewRules(PortmapAttachment attachment, bool ipv4)
    {
        var script = new IptablesScript(HostPortRules.Table);
        foreach (var (rule, _) in HostPortRules.Shared(attachment))
            script.Require(rule);
        script.NewChain(HostPortRules.ChainOf(attachment.Network, attachment.ContainerId));
        Append(script, attachment, ipv4);
        return script;
    }

    private static IptablesScript Removal(PortmapAttachment attachment, bool ipv4)
    {
        var script = new IptablesScript(HostPortRules.Table);
        foreach (var entry in HostPortRules.Entries(attachment, ipv4))
            script.Delete(entry);
        return script.DeleteChain(HostPortRules.ChainOf(attachment.Network, attachment.ContainerId));
    }

    private static bool TryApply(IptablesTool tool, IptablesScript script)
    {
        try
        {
            tool.Apply(script);
            return true;
        }
        catch (CniException e) when (tool.IsInstalled && e.Code != CniErrorCode.InvalidNetworkConfig)
        {
            // Something is not as usual, or wrong. Reading tells.
            return false;
        }
    }

    private static void AddShared(PortmapAttachment attachment, IptablesTable table, IptablesScript script)
    {
        foreach (string chain in HostPortRules.SharedChains(attachment))
            script.EnsureChain(table, chain);
        foreach (var (rule, first) in HostPortRules.Shared(attachment))
        {
            if (!table.Contains(rule))
                _ = first ? script.InsertFirst(rule) : script.Append(rule);
        }
    }

    // Takes the chain with all that leads to it away, and makes it anew with what shall be in it.
    private static void Rebuild(
        PortmapAttachment attachment, IReadOnlyList<PortmapAttachment> content, bool ipv4, IptablesTable table, IptablesScript script)
    {
        string chain = HostPortRules.ChainOf(attachment.Network, attachment.ContainerId);
        Remove(HostPortRules.FormerChainOf(attachment.Network, attachment.ContainerId), table, script);
        Remove(chain, table, script);
        bool made = false;
        foreach (var part in content)
        {
            if (part.Address(ipv4) is null)
                continue;
            if (!made)
                script.NewChain(chain);
            made = true;
            Append(script, part, ipv4);
        }
    }

    private static void Append(IptablesScript script, PortmapAttachment attachment, bool ipv4)
    {
        foreach (var rule in HostPortRules.Rules(attachment, ipv4))
            script.Append(rule);
        foreach (var entry in HostPortRules.Entries(attachment, ipv4))
            script.Append(entry);
    }

    private static void Remove(string chain, IptablesTable table, IptablesScript script)
    {
        if (!table.Chains.Contains(chain))
            return;
        foreach (var rule in table.Rules)
        {
            if (rule.Target == chain)
                script.Delete(rule);
        }
        script.DeleteChain(chain);
    }

    // A chain is ours only if a comment names network and container and the chain's name is the one computed from them.
    private static HashSet<string> StaleChains(IptablesTable table, string network, IReadOnlySet<string> keep)
    {
        var stale = new HashSet<string>();
        string prefix = HostPortRules.CommentPrefix(network);
        foreach (var rule in table.RulesOf(HostPortRules.EntryChain))
        {
            if (!rule.Comment.StartsWith(prefix, StringComparison.Ordinal) || !rule.Comment.EndsWith('"'))
                continue;
            string container = rule.Comment[prefix.Length..^1];
            if (rule.Target == HostPortRules.ChainOf(network, container) && !keep.Contains(container))
                stale.Add(rule.Target);
        }
        return stale;
    }

    private static void Require(IptablesTable table, IptablesRule rule, string family)
    {
        if (!table.Contains(rule))
            throw Missing(family, $"rule {rule} not found in table {HostPortRules.Table}");
    }

    private static bool Leads(IptablesTable table, IptablesRule entry)
    {
        foreach (var rule in table.Jumps(entry.Chain, entry.Target))
        {
            if (rule.ValueOf("-p") == entry.ValueOf("-p") && rule.ValueOf("--dports") == entry.ValueOf("--dports") && rule.Comment == entry.Comment)
                return true;
        }
        return false;
    }

    private static CniException Missing(string family, string what) => new(
        CniErrorCode.Internal, $"could not check {family} dnat: {what}",
        "Somebody took it away after ADD (iptables -F?); DEL and ADD put it up again.");

    private IptablesTool Tool(bool ipv4) => IptablesTool.Find(ipv4, searchPath, "Install iptables, or set \"backend\": \"nftables\".");
}
