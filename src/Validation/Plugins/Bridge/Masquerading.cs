using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>The key <c>ipMasqBackend</c> of bridge and ptp.</summary>
internal static class Masquerading
{
    /// <summary>Judges the backend; an empty one is unknown, too.</summary>
    public static void CheckBackend(LocatedValue value, string rule, RuleFindings findings) =>
        Choices.Check(value, "ipMasqBackend", rule, ["iptables", "nftables"], findings, emptyIsAbsent: false);
}
