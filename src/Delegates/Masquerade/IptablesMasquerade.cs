using System.Net;
using MultiNet.Cni;
using MultiNet.Delegates.Iptables;

namespace MultiNet.Delegates.Masquerade;

/// <summary>
/// Masquerading with iptables: per container and network a chain, entered from POSTROUTING for each address; chains, rules and
/// comments are the reference's. One process per family puts up or takes down all of it; where that fails because the state is not
/// the usual one, a second reads it.
/// </summary>
/// <param name="searchPath">Where to look for the tools; null for the usual places.</param>
internal sealed class IptablesMasquerade(string? searchPath = null)
{
    private const string Nat = "nat";
    private const string Postrouting = "POSTROUTING";
    private const string Masquerade = "MASQUERADE";

    /// <summary>Are the tools for IPv4 there?</summary>
    public bool IsInstalled => Tool(ipv4: true).IsInstalled;

    /// <summary>Masquerades what comes from the addresses and goes out of their networks.</summary>
    /// <exception cref="CniException">The tool is missing or failed; nothing was changed in that family.</exception>
    public void SetUp(MasqueradeNames names, IReadOnlyList<IPPrefix> addresses)
    {
        foreach (bool ipv4 in (ReadOnlySpan<bool>)[true, false])
        {
            var own = OfFamily(addresses, ipv4);
            if (own.Count == 0)
                continue;
            var tool = Tool(ipv4);
            var script = new IptablesScript(Nat).NewChain(names.Chain);
            AddRules(script, names, own, ipv4, existing: null);
            try
            {
                tool.Apply(script);
            }
            catch (CniException e) when (tool.IsInstalled)
            {
                // Another attachment of the container to the same network has the chain already, or a former ADD left it.
                tool.Change(Nat, (table, change) =>
                {
                    if (!table.Chains.Contains(names.Chain))
                        throw e;
                    AddRules(change, names, own, ipv4, table);
                });
            }
        }
    }

    /// <summary>Takes down what <see cref="SetUp"/> put up. Nothing there is success.</summary>
    /// <param name="names">The attachment.</param>
    /// <param name="addresses">Its addresses, where they are known.</param>
    /// <param name="isInUse">
    /// Does another interface of the container have the address? The chain is shared by all attachments of the container to this
    /// network; what the others need stays. (The reference empties the chain for all of them.)
    /// </param>
    /// <exception cref="CniException">A tool failed.</exception>
    public void TearDown(MasqueradeNames names, IReadOnlyList<IPPrefix> addresses, Func<IPAddress, bool> isInUse)
    {
        CniException? first = null;
        foreach (bool ipv4 in (ReadOnlySpan<bool>)[true, false])
        {
            var tool = Tool(ipv4);
            var own = OfFamily(addresses, ipv4);
            // Known addresses, none of this family: there is nothing.
            if (!tool.IsInstalled || (addresses.Count > 0 && own.Count == 0))
                continue;
            try
            {
                TearDown(tool, names, own, isInUse);
            }
            catch (CniException e)
            {
                first ??= e;
            }
        }
        if (first is not null)
            throw first;
    }

    /// <summary>Is all in place?</summary>
    /// <exception cref="CniException">Something is missing, or the tool failed.</exception>
    public void Check(MasqueradeNames names, IReadOnlyList<IPPrefix> addresses)
    {
        foreach (bool ipv4 in (ReadOnlySpan<bool>)[true, false])
        {
            var own = OfFamily(addresses, ipv4);
            if (own.Count == 0)
                continue;
            var table = Tool(ipv4).ReadTable(Nat);
            if (!table.Holds(names.Chain, Masquerade))
                throw Missing($"chain {names.Chain} with its MASQUERADE rule");
            foreach (var address in own)
            {
                if (!table.Holds(Postrouting, names.Chain, SourceOf(address)))
                    throw Missing($"rule for {address.Address} in {Postrouting}");
            }
        }
    }

    /// <summary>Takes down the chains of this network's containers that are not valid any more.</summary>
    /// <exception cref="CniException">A tool failed.</exception>
    public void CollectGarbage(string network, IReadOnlySet<string> validContainers)
    {
        CniException? first = null;
        foreach (bool ipv4 in (ReadOnlySpan<bool>)[true, false])
        {
            var tool = Tool(ipv4);
            if (!tool.IsInstalled)
                continue;
            try
            {
                tool.Change(Nat, (table, script) =>
                {
                    foreach (string chain in StaleChains(table, network, validContainers))
                        Remove(script, table, chain, keep: null);
                });
            }
            catch (CniException e)
            {
                first ??= e;
            }
        }
        if (first is not null)
            throw first;
    }

    private static void TearDown(IptablesTool tool, MasqueradeNames names, List<IPPrefix> addresses, Func<IPAddress, bool> isInUse)
    {
        if (addresses.Count > 0)
        {
            var script = new IptablesScript(Nat);
            foreach (var address in addresses)
                script.Delete(Jump(names, address));
            try
            {
                tool.Apply(script.DeleteChain(names.Chain));
                return;
            }
            catch (CniException)
            {
                // Something of it is gone, or the chain is shared. Reading tells.
            }
        }
        tool.Change(Nat, (table, script) =>
        {
            if (table.Chains.Contains(names.Chain))
                Remove(script, table, names.Chain, rule => !IsOwn(rule, addresses) && IPPrefix.TryParse(rule.Source, out var source) && isInUse(source.Address));
        });
    }

    private static bool IsOwn(IptablesRule rule, List<IPPrefix> addresses)
    {
        foreach (var address in addresses)
        {
            // Old releases of the reference wrote the rule with the network's mask.
            if (rule.Source == SourceOf(address) || rule.Source == address.Network.ToString())
                return true;
        }
        return false;
    }

    // Removes the chain with all that leads into it, or only what leads into it and is not to be kept.
    private static void Remove(IptablesScript script, IptablesTable table, string chain, Func<IptablesRule, bool>? keep)
    {
        bool shared = false;
        foreach (var rule in table.Jumps(Postrouting, chain))
        {
            if (keep is not null && keep(rule))
                shared = true;
            else
                script.Delete(rule);
        }
        if (!shared)
            script.DeleteChain(chain);
    }

    private static void AddRules(IptablesScript script, MasqueradeNames names, List<IPPrefix> addresses, bool ipv4, IptablesTable? existing)
    {
        var networks = new HashSet<IPPrefix>();
        bool accepted = false;
        foreach (var address in addresses)
        {
            if (!networks.Add(address.Network) || Accepts(existing, names, address.Network))
                continue;
            script.Append(Accept(names, address.Network));
            accepted = true;
        }
        // Rules that accept must come before: in a chain that was there, the masquerading rule moves to the end.
        if (existing is null || accepted || !existing.Holds(names.Chain, Masquerade))
        {
            foreach (var rule in existing?.Rules ?? [])
            {
                if (rule.Chain == names.Chain && rule.Target == Masquerade)
                    script.Delete(rule);
            }
            script.Append(MasqueradeElsewhere(names, ipv4));
        }
        foreach (var address in addresses)
        {
            if (existing is null || !existing.Holds(Postrouting, names.Chain, SourceOf(address)))
                script.Append(Jump(names, address));
        }
    }

    private static bool Accepts(IptablesTable? table, MasqueradeNames names, IPPrefix network) =>
        table is not null && table.Contains(Accept(names, network));

    // Packets from one address go through the chain.
    private static IptablesRule Jump(MasqueradeNames names, IPPrefix address) =>
        new(Postrouting, "-s", SourceOf(address), "-m", "comment", "--comment", names.IptablesComment, "-j", names.Chain);

    // Packets that stay within the container's own network are left alone.
    private static IptablesRule Accept(MasqueradeNames names, IPPrefix network) =>
        new(names.Chain, "-d", network.ToString(), "-m", "comment", "--comment", names.IptablesComment, "-j", "ACCEPT");

    // Packets to elsewhere get the host's address; multicast does not, so that containers of one network hear each other.
    private static IptablesRule MasqueradeElsewhere(MasqueradeNames names, bool ipv4) =>
        new(names.Chain, "!", "-d", ipv4 ? "224.0.0.0/4" : "ff00::/8", "-m", "comment", "--comment", names.IptablesComment, "-j", Masquerade);

    // As iptables-save prints it.
    private static string SourceOf(IPPrefix address) => IPPrefix.Host(address.Address).ToString();

    // A chain is ours only if a comment names network and container and the chain's name is the one computed from them.
    private static HashSet<string> StaleChains(IptablesTable table, string network, IReadOnlySet<string> validContainers)
    {
        var stale = new HashSet<string>();
        string prefix = $"name: \"{network}\" id: \"";
        foreach (var rule in table.Rules)
        {
            if (!rule.Comment.StartsWith(prefix, StringComparison.Ordinal) || !rule.Comment.EndsWith('"'))
                continue;
            string container = rule.Comment[prefix.Length..^1];
            string chain = new MasqueradeNames(network, container, "").Chain;
            if (!validContainers.Contains(container) && table.Chains.Contains(chain) && (rule.Chain == chain || rule.Target == chain))
                stale.Add(chain);
        }
        return stale;
    }

    private static List<IPPrefix> OfFamily(IReadOnlyList<IPPrefix> addresses, bool ipv4)
    {
        var own = new List<IPPrefix>();
        foreach (var address in addresses)
        {
            if (address.IsIPv4 == ipv4)
                own.Add(address);
        }
        return own;
    }

    private static CniException Missing(string what) =>
        new(CniErrorCode.Internal, $"ipMasq: the {what} is missing", "Somebody took it away after ADD (iptables -F?); DEL and ADD put it up again.");

    private IptablesTool Tool(bool ipv4) => IptablesTool.Find(ipv4, searchPath, "Install iptables, or set \"ipMasqBackend\": \"nftables\".");
}
