using MultiNet.Cni;
using MultiNet.Delegates.Iptables;

namespace MultiNet.Delegates.Firewall;

/// <summary>
/// The rules of <c>ingressPolicy</c>, which belong to a bridge, not to a container: the reference's, comment by comment. What comes from
/// a bridge that has a policy goes from stage 1 to stage 2 unless it stays on its bridge; stage 2 drops what goes to any bridge that has one.
/// </summary>
internal static class IsolationRules
{
    /// <summary>The chain that looks where a packet comes from.</summary>
    public const string Stage1 = "CNI-ISOLATION-STAGE-1";

    /// <summary>The chain that looks where a packet goes to.</summary>
    public const string Stage2 = "CNI-ISOLATION-STAGE-2";

    private const string CommentOfAll = "CNI firewall plugin rules (ingressPolicy: same-bridge|isolated)";
    private const string CommentPrefix = "CNI firewall plugin rules (ingressPolicy: ";

    private static readonly IptablesRule s_return1 = new(Stage1, "-m", "comment", "--comment", CommentOfAll, "-j", "RETURN");
    private static readonly IptablesRule s_return2 = new(Stage2, "-m", "comment", "--comment", CommentOfAll, "-j", "RETURN");

    /// <summary>The way in.</summary>
    public static IptablesRule Entry { get; } = new(ForwardRules.Forward, "-m", "comment", "--comment", CommentOfAll, "-j", Stage1);

    /// <summary>
    /// Adds what is missing. What is there but in the wrong place, so that it has no effect, moves: before the RETURN of its chain.
    /// </summary>
    public static void SetUp(IptablesTable table, IptablesScript script, string bridge, IngressPolicy policy)
    {
        script.EnsureChain(table, Stage1).EnsureChain(table, Stage2);
        EnsureBefore(table, script, Leave(bridge, policy), s_return1);
        if (policy == IngressPolicy.Isolated)
            EnsureBefore(table, script, Stay(bridge, policy), s_return1);
        if (!table.Contains(s_return1))
            script.Append(s_return1);
        EnsureBefore(table, script, Arrive(bridge), s_return2);
        if (!table.Contains(s_return2))
            script.Append(s_return2);
    }

    /// <summary>
    /// Puts the way in before that of the containers' rules, which accept what the policy is to drop. The reference does so only while
    /// the way in is missing: after a flush of FORWARD, the next container without a policy undoes that of all others.
    /// </summary>
    /// <param name="table">What is there.</param>
    /// <param name="script">What is to be done, the containers' way in included.</param>
    /// <param name="needed">Must there be a way in? Else one that is there is moved.</param>
    /// <param name="forwardEntryIsNew">Will the containers' way in be the first rule?</param>
    public static void SetUpEntry(IptablesTable table, IptablesScript script, bool needed, bool forwardEntryIsNew)
    {
        int own = IndexOf(table, Entry), forward = IndexOf(table, ForwardRules.Entry);
        bool isThere = own >= 0;
        if (!isThere && !needed)
            return;
        if (isThere && !forwardEntryIsNew && (forward < 0 || own < forward))
            return;
        if (isThere)
            script.Delete(Entry);
        script.InsertFirst(Entry);
    }

    /// <summary>Is all in place?</summary>
    /// <exception cref="CniException">Something is missing, or has no effect where it stands.</exception>
    public static void Check(IptablesTable table, string bridge, IngressPolicy policy)
    {
        FirewallCheck.MustHold(table, Entry, withChain: true);
        if (IndexOf(table, ForwardRules.Entry) is >= 0 and var forward && forward < IndexOf(table, Entry))
            throw FirewallCheck.Missing($"{ForwardRules.Forward} leads into {ForwardRules.Chain} before {Stage1}: the ingress policy has no effect");
        MustPrecede(table, Leave(bridge, policy), s_return1);
        if (policy == IngressPolicy.Isolated)
            MustPrecede(table, Stay(bridge, policy), s_return1);
        MustPrecede(table, Arrive(bridge), s_return2);
    }

    /// <summary>Deletes the rules of bridges that nobody needs any more.</summary>
    /// <param name="table">What is there.</param>
    /// <param name="script">What is to be done.</param>
    /// <param name="isNeeded">Is there a bridge of this name, or an attachment that was made to it?</param>
    public static void CollectGarbage(IptablesTable table, IptablesScript script, Func<string, bool> isNeeded)
    {
        foreach (var rule in table.Rules)
        {
            if (!rule.Comment.StartsWith(CommentPrefix, StringComparison.Ordinal))
                continue;
            string bridge = rule.Chain switch
            {
                Stage1 => rule.ValueOf("-i"),
                Stage2 => rule.ValueOf("-o"),
                _ => "",
            };
            if (bridge.Length > 0 && !isNeeded(bridge))
                script.Delete(rule);
        }
    }

    private static IptablesRule Leave(string bridge, IngressPolicy policy) =>
        new(Stage1, "-i", bridge, "!", "-o", bridge, "-m", "comment", "--comment", CommentOf(policy), "-j", Stage2);

    private static IptablesRule Stay(string bridge, IngressPolicy policy) =>
        new(Stage1, "-i", bridge, "-o", bridge, "-m", "comment", "--comment", CommentOf(policy), "-j", "DROP");

    private static IptablesRule Arrive(string bridge) =>
        new(Stage2, "-o", bridge, "-m", "comment", "--comment", CommentOfAll, "-j", "DROP");

    private static string CommentOf(IngressPolicy policy) => $"{CommentPrefix}{FirewallConfig.NameOf(policy)})";

    private static void EnsureBefore(IptablesTable table, IptablesScript script, IptablesRule rule, IptablesRule last)
    {
        int own = IndexOf(table, rule), end = IndexOf(table, last);
        if (own >= 0 && (end < 0 || own < end))
            return;
        if (own >= 0)
            script.Delete(rule);
        script.InsertFirst(rule);
    }

    private static void MustPrecede(IptablesTable table, IptablesRule rule, IptablesRule last)
    {
        FirewallCheck.MustHold(table, rule, withChain: true);
        if (IndexOf(table, last) is >= 0 and var end && end < IndexOf(table, rule))
            throw FirewallCheck.Missing($"{rule.Chain} returns before the rule [{string.Join(' ', rule.Words)}]: the ingress policy has no effect");
    }

    private static int IndexOf(IptablesTable table, IptablesRule rule)
    {
        for (int i = 0; i < table.Rules.Count; i++)
        {
            if (table.Rules[i].SaysTheSameAs(rule))
                return i;
        }
        return -1;
    }
}
