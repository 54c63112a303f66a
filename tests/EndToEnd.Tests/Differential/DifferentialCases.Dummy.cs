namespace MultiNet.EndToEnd.Tests.Differential;

/// <content>dummy.</content>
internal static partial class DifferentialCases
{
    private static IEnumerable<DifferentialCase> Dummy() =>
    [
        InVm("dummy", On("dummy", "", Ipam4, ""), "") with { Faults = true },
        InVm("dummy IPv6", On("dummy", "", Ipam6, ""), ""),
        InVm("dummy beside an eth0 of the node", On("dummy", "", Ipam4, ""), "ip link add eth0 type dummy"),
        InVm("dummy static", On("dummy", "", IpamStatic, ""), ""),
        InVm("dummy then tuning", WithTuning(On("dummy", "", Ipam4, "")), ""),
        .. InEveryVersion("dummy"),
    ];

    private static IEnumerable<DifferentialCase> DummyFailures() =>
    [
        InVm("dummy without ipam", On("dummy", "", "", ""), ""),
        InVm("dummy name taken", On("dummy", "", Ipam4, ""), "ip -n pod1 link add eth0 type dummy") with { Message = "failed to create dummy: interface \"eth0\" already exists" },
    ];
}
