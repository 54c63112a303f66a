namespace MultiNet.EndToEnd.Tests.Differential;

/// <content>vrf.</content>
internal static partial class DifferentialCases
{
    private static string WithVrf(string ipam, string keys = "", string main = Layer2) =>
        $$"""[{{{main}}, "ipam": {{ipam}}}, {"type": "vrf", "vrfname": "blue"{{(keys.Length > 0 ? ", " + keys : "")}}}]""";

    private static string VrfAlone(string keys) => $$"""[{{{Layer2}}, "ipam": {{Ipam4}}}, {"type": "vrf"{{(keys.Length > 0 ? ", " + keys : "")}}}]""";

    private static IEnumerable<DifferentialCase> Vrf()
    {
        const string other = "ip -n pod1 link add red type vrf table 1; ip -n pod1 link set red up";
        IEnumerable<DifferentialCase> cases =
        [
            new("vrf", WithVrf(Ipam4)) { Pods = 2 },
            new("vrf IPv6", WithVrf(Ipam6)),
            new("vrf dual stack", WithVrf(IpamDual)) { Faults = true },
            // The reference loses the route on the link to the gateway; with IPv6 its ADD fails for it.
            new("vrf behind ptp", WithVrf(Ipam4, main: "\"type\": \"ptp\"")) { Differs = "^pod1 route .dev: eth0, dst: 10.88.0.1, .* scope: link, table: 1.$" },
            new("vrf table", WithVrf(Ipam4, "\"table\": 77")),
            new("vrf table above 255", WithVrf(IpamDual, "\"table\": 4000000000")),
            new("vrf table 0", WithVrf(Ipam4, "\"table\": 0")),
            new("vrf beside another one", WithVrf(Ipam4)) { Prepare = other },
            new("vrf that is there", WithVrf(Ipam4)) { Prepare = "ip -n pod1 link add blue type vrf table 5; ip -n pod1 link set blue up; ip -n pod1 link add d0 type dummy; ip -n pod1 link set d0 master blue" },
            new("vrf that is there with its table", WithVrf(Ipam4, "\"table\": 5")) { Prepare = "ip -n pod1 link add blue type vrf table 5; ip -n pod1 link set blue up; ip -n pod1 link add d0 type dummy; ip -n pod1 link set d0 master blue" },
            new("vrf with routes", WithVrf(StaticWith("""{"address": "10.88.0.5/16", "gateway": "10.88.0.1"}""", """{"dst": "10.9.0.0/16"}, {"dst": "10.10.0.0/16", "gw": "10.88.0.9"}"""))),
            new("vrf with two addresses", WithVrf(StaticTwo)),
            new("vrf on another interface name", WithVrf(Ipam4)) { Interface = "net1" },
            new("vrf without addresses", $$"""[{{{Layer2}}}, {"type": "vrf", "vrfname": "blue"}]"""),
            .. ((string[])["0.3.1", "0.4.0", "1.1.0"]).Select(version => new DifferentialCase($"vrf in version {version}", WithVrf(IpamDual)) { CniVersion = version }),
        ];
        // The reference's bridge looks for routes in the main table.
        return cases.Select(c => c with { NeedsVm = true, Checks = false });
    }

    private static IEnumerable<DifferentialCase> VrfFailures() => ((IEnumerable<DifferentialCase>)
    [
        new("vrf alone", """[{"type": "vrf", "vrfname": "blue"}]"""),
        new("vrf without name", VrfAlone("")),
        new("vrf with an empty name", VrfAlone("\"vrfname\": \"\"")),
        new("vrf with another table", VrfAlone("\"vrfname\": \"blue\", \"table\": 6")) { Prepare = "ip -n pod1 link add blue type vrf table 5; ip -n pod1 link set blue up" },
        new("vrf that is none", VrfAlone("\"vrfname\": \"d0\"")) { Prepare = "ip -n pod1 link add d0 type dummy" },
        new("vrf twice", $$"""[{{{Layer2}}, "ipam": {{Ipam4}}}, {"type": "vrf", "vrfname": "blue"}, {"type": "vrf", "vrfname": "red"}]"""),
        new("vrf with a table that is a string", VrfAlone("\"vrfname\": \"blue\", \"table\": \"7\"")) { Message = "network configuration: table: expected a whole number from 0 to 18446744073709551615, found the string \"7\"" },
    ]).Select(c => c with { NeedsVm = true });
}
