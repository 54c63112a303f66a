using MultiNet.Cni;
using MultiNet.Delegates.Iptables;

namespace MultiNet.Delegates.Firewall;

/// <summary>
/// The rules that let packets from and to containers pass where the node forwards nothing else: the reference's, comment by comment.
/// FORWARD leads into CNI-FORWARD, whose first rule leads into the administrator's chain; after it come two rules for each address.
/// </summary>
internal static class ForwardRules
{
    /// <summary>The kernel's chain for what goes through the node.</summary>
    public const string Forward = "FORWARD";

    /// <summary>The chain with the containers' rules.</summary>
    public const string Chain = "CNI-FORWARD";

    /// <summary>The way in.</summary>
    public static IptablesRule Entry { get; } = new(Forward, "-m", "comment", "--comment", "CNI firewall plugin rules", "-j", Chain);

    /// <summary>The way to the administrator's rules.</summary>
    public static IptablesRule Admin(string adminChain) => new(Chain, "-m", "comment", "--comment", "CNI firewall plugin admin overrides", "-j", adminChain);

    /// <summary>The rules of one address: answers come in, everything goes out.</summary>
    public static IReadOnlyList<IptablesRule> OfAddress(IPPrefix address)
    {
        string host = IPPrefix.Host(address.Address).ToString();
        return
        [
            new IptablesRule(Chain, "-d", host, "-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED", "-j", "ACCEPT"),
            new IptablesRule(Chain, "-s", host, "-j", "ACCEPT"),
        ];
    }

    /// <summary>Adds what is missing.</summary>
    public static void SetUp(IptablesTable table, IptablesScript script, string adminChain, IReadOnlyList<IPPrefix> addresses)
    {
        script.EnsureChain(table, Chain).EnsureChain(table, adminChain);
        if (!table.Contains(Entry))
            script.InsertFirst(Entry);
        var admin = Admin(adminChain);
        if (!table.Contains(admin))
            script.InsertFirst(admin);
        foreach (var address in addresses)
        {
            foreach (var rule in OfAddress(address))
            {
                if (!table.Contains(rule))
                    script.Append(rule);
            }
        }
    }

    /// <summary>Deletes the rules of addresses, each as often as it is there. Chains and ways in are everybody's and stay.</summary>
    public static void TearDown(IptablesTable table, IptablesScript script, IReadOnlyList<IPPrefix> addresses)
    {
        if (addresses.Count == 0 || !table.Chains.Contains(Chain))
            return;
        var own = new List<IptablesRule>();
        foreach (var address in addresses)
            own.AddRange(OfAddress(address));
        foreach (var rule in table.Rules)
        {
            if (own.Exists(rule.SaysTheSameAs))
                script.Delete(rule);
        }
    }

    /// <summary>Is all in place?</summary>
    /// <exception cref="CniException">Something is missing.</exception>
    public static void Check(IptablesTable table, string adminChain, IReadOnlyList<IPPrefix> addresses)
    {
        foreach (string chain in (ReadOnlySpan<string>)[Chain, adminChain])
        {
            if (!table.Chains.Contains(chain))
                throw FirewallCheck.Missing($"expected chain {chain} not found");
        }
        FirewallCheck.MustHold(table, Entry, withChain: true);
        FirewallCheck.MustHold(table, Admin(adminChain), withChain: true);
        foreach (var address in addresses)
        {
            foreach (var rule in OfAddress(address))
                FirewallCheck.MustHold(table, rule, withChain: false);
        }
    }
}
