using MultiNet.Cni;
using MultiNet.Delegates.Iptables;

namespace MultiNet.Delegates.Firewall;

/// <summary>The firewall's rules in iptables: for each family that is concerned, one process reads and one changes all.</summary>
/// <param name="searchPath">Where to look for the tools; null for the usual places.</param>
internal sealed class IptablesFirewall(string? searchPath = null)
{
    private const string Filter = "filter";

    /// <summary>Puts up what an attachment is to have.</summary>
    /// <exception cref="CniException">A tool is missing or failed; in that family nothing is changed.</exception>
    public void SetUp(FirewallState state)
    {
        foreach (bool ipv4 in (ReadOnlySpan<bool>)[true, false])
        {
            var addresses = state.OfFamily(ipv4);
            if (addresses.Count == 0 || !Concerns(state))
                continue;
            Tool(ipv4).Change(Filter, (table, script) =>
            {
                bool forward = state.Backend == FirewallBackend.Iptables, isolated = state.Policy != IngressPolicy.Open;
                if (forward)
                    ForwardRules.SetUp(table, script, state.AdminChain, addresses);
                if (isolated)
                    IsolationRules.SetUp(table, script, state.Bridge, state.Policy);
                IsolationRules.SetUpEntry(table, script, isolated, forwardEntryIsNew: forward && !table.Contains(ForwardRules.Entry));
            });
        }
    }

    /// <summary>Takes down the rules of addresses. Nothing there is success, tools that are not there too.</summary>
    /// <param name="addresses">The addresses, of any family.</param>
    /// <param name="failures">Gets what failed.</param>
    public void TearDown(IReadOnlyList<IPPrefix> addresses, Failures failures)
    {
        var all = new FirewallState { Addresses = addresses };
        foreach (bool ipv4 in (ReadOnlySpan<bool>)[true, false])
        {
            var own = all.OfFamily(ipv4);
            var tool = Tool(ipv4);
            if (own.Count > 0 && tool.IsInstalled)
                failures.Try("remove iptables rules", () => tool.Change(Filter, (table, script) => ForwardRules.TearDown(table, script, own)));
        }
    }

    /// <summary>As <see cref="TearDown"/>, and the rules of bridges that nobody needs any more.</summary>
    /// <param name="addresses">The addresses.</param>
    /// <param name="isNeeded">Is a bridge needed?</param>
    /// <param name="failures">Gets what failed.</param>
    public void CollectGarbage(IReadOnlyList<IPPrefix> addresses, Func<string, bool> isNeeded, Failures failures)
    {
        var all = new FirewallState { Addresses = addresses };
        foreach (bool ipv4 in (ReadOnlySpan<bool>)[true, false])
        {
            var own = all.OfFamily(ipv4);
            var tool = Tool(ipv4);
            if (!tool.IsInstalled)
                continue;
            failures.Try("remove iptables rules", () => tool.Change(Filter, (table, script) =>
            {
                ForwardRules.TearDown(table, script, own);
                IsolationRules.CollectGarbage(table, script, isNeeded);
            }));
        }
    }

    /// <summary>Is all in place?</summary>
    /// <exception cref="CniException">Something is missing, or a tool failed.</exception>
    public void Check(FirewallState state)
    {
        foreach (bool ipv4 in (ReadOnlySpan<bool>)[true, false])
        {
            var addresses = state.OfFamily(ipv4);
            if (addresses.Count == 0 || !Concerns(state))
                continue;
            var table = Tool(ipv4).ReadTable(Filter);
            if (state.Backend == FirewallBackend.Iptables)
                ForwardRules.Check(table, state.AdminChain, addresses);
            if (state.Policy != IngressPolicy.Open)
                IsolationRules.Check(table, state.Bridge, state.Policy);
        }
    }

    /// <summary>Could rules be put up? Reads those for IPv4, because tools without support by the kernel are no iptables.</summary>
    /// <exception cref="CniException">Code 50: no.</exception>
    public void CheckAvailable()
    {
        try
        {
            Tool(ipv4: true).ReadTable(Filter);
        }
        catch (CniException e)
        {
            throw new CniException(CniErrorCode.PluginNotAvailable, $"firewall needs iptables: {e.Message}", e.Details, e);
        }
    }

    private static bool Concerns(FirewallState state) => state.Backend == FirewallBackend.Iptables || state.Policy != IngressPolicy.Open;

    private IptablesTool Tool(bool ipv4) => IptablesTool.Find(ipv4, searchPath, "Install iptables, or let firewalld run and set \"backend\": \"firewalld\".");
}
