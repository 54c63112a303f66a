namespace MultiNet.EndToEnd.Tests.Differential;

/// <content>bond: Debian has no reference plugin to compare with, so it is only tested for faults.</content>
internal static partial class DifferentialCases
{
    /// <summary>All that can be attached, by reference plugins or by ours alone.</summary>
    public static IEnumerable<DifferentialCase> Attachable => [.. All, .. Bond()];

    /// <summary>Those whose plugin is made to fail in every way.</summary>
    public static IEnumerable<DifferentialCase> Faulty => Attachable.Where(c => c.Faults);

    private static IEnumerable<DifferentialCase> Bond() =>
    [
        new("bond", $$"""
            [{"type": "bond", "mode": "active-backup", "miimon": "100", "links": [{"name": "card0"}, {"name": "card1"}], "ipam": {{IpamDual}}}]
            """)
        {
            NeedsVm = true,
            Faults = true,
            Prepare = "for i in 0 1; do ip link add card$i type dummy; ip link set card$i up; done",
            // Members that are hardware come back when the pod ends; dummies go with it.
            Destroy = "ip -n pod1 link delete card0; ip -n pod1 link delete card1",
        },
    ];
}
