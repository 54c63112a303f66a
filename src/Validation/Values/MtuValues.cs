using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-MTU-001, MN-MTU-002: the key <c>mtu</c>.</summary>
internal static class MtuValues
{
    private const int Least = 68, Most = 65535, Jumbo = 9216;

    /// <summary>Judges the MTU of an interface that the plugin makes by itself.</summary>
    public static void Check(LocatedValue plugin, RuleFindings findings)
    {
        if (!plugin.TryWhole("mtu", out var at, out long mtu))
            return;
        if (mtu is not 0 and (< Least or > Most))
            findings.Error("MN-MTU-001", at, $"{mtu} is no MTU; allowed are 0, which leaves it to the kernel, and {Least} to {Most}");
        else
            CheckUsual(at, mtu, findings);
    }

    /// <summary>Judges an MTU whose upper limit is that of an interface of the node.</summary>
    public static void CheckOnMaster(LocatedValue plugin, RuleFindings findings)
    {
        if (!plugin.TryWhole("mtu", out var at, out long mtu))
            return;
        if (mtu < 0)
            findings.Error("MN-MTU-001", at, $"{mtu} is no MTU; allowed are 0, which takes the master's, and numbers up to it");
        else
            CheckUsual(at, mtu, findings);
    }

    private static void CheckUsual(LocatedValue at, long mtu, RuleFindings findings)
    {
        if (mtu is > Jumbo or (> 0 and < 576))
            findings.Warning("MN-MTU-002", at, $"an MTU of {mtu} is unusual; networks have 576 to {Jumbo}");
    }
}
