using MultiNet.Cni;
using MultiNet.Delegates.Iptables;

namespace MultiNet.Delegates.Firewall;

/// <summary>What CHECK says of what is missing, in the reference's words where it has some.</summary>
internal static class FirewallCheck
{
    /// <summary>Is a rule there?</summary>
    /// <param name="table">The table.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="withChain">Does the error name the chain?</param>
    /// <exception cref="CniException">It is not.</exception>
    public static void MustHold(IptablesTable table, IptablesRule rule, bool withChain)
    {
        if (!table.Contains(rule))
            throw Missing($"expected {(withChain ? rule.Chain + " " : "")}rule [{string.Join(' ', rule.Words)}] not found");
    }

    /// <summary>The error for what is missing.</summary>
    public static CniException Missing(string what) =>
        new(CniErrorCode.Internal, what, "Somebody took it away after ADD (iptables -F? a reload of the host's firewall?); DEL and ADD put it up again.");
}
