namespace MultiNet.EndToEnd.Tests.Differential;

/// <content>tap.</content>
internal static partial class DifferentialCases
{
    // Without a program at the other end there is no carrier, and the reference's IPv6 addresses stay tentative.
    private const string NeverTentative = @"^pod\d+ route \{dev: eth0, dst: fd00:[0-9a-f:]+, .* table: local, type: local\}$";

    // Without IPAM, too: addresses may come later.
    private const string ArpNotify = @"^pod\d+ sysctl net/ipv4/conf/eth0/arp_notify:";

    private static string TapWith(string keys, string ipam = Ipam4) => On("tap", keys, ipam, "");

    private static IEnumerable<DifferentialCase> Tap() =>
    [
        new("tap", TapWith("")) { Pods = 2, Faults = true },
        new("tap IPv6", TapWith("", Ipam6)) { Differs = NeverTentative },
        new("tap dual stack mtu", TapWith("\"mtu\": 1400", IpamDual)) { Differs = NeverTentative },
        new("tap without ipam", TapWith("\"multiQueue\": true", "")) { Differs = ArpNotify },
        new("tap owner", TapWith("\"owner\": 107")),
        new("tap group", TapWith("\"group\": 107, \"mac\": \"c2:11:22:33:44:55\"")),
        new("tap owner and group", TapWith("\"owner\": 107, \"group\": 108")),
        new("tap owner and group, multiQueue", TapWith("\"owner\": 107, \"group\": 108, \"multiQueue\": true")),
        // The reference forgets both when owner and group are set.
        new("tap owner and group, mac and mtu", TapWith("\"owner\": 107, \"group\": 108, \"mac\": \"c2:11:22:33:44:58\", \"mtu\": 1400"))
        {
            Differs = @"^pod\d+ (link eth0\.(mtu|address) = |sysctl net/ipv6/conf/eth0/mtu:|address6? .*fe80|route6? .*fe80)",
            Results = false,
        },
        new("tap mac CNI_ARGS", TapWith("\"mac\": \"c2:11:22:33:44:55\"")) { Arguments = "IgnoreUnknown=1;MAC=c2:11:22:33:44:56" },
        new("tap mac capability", TapWith("\"capabilities\": {\"mac\": true}")) { Capabilities = """{"mac": "c2:11:22:33:44:57"}""" },
        new("tap bridge", TapWith("\"bridge\": \"br7\"", "")) { Differs = ArpNotify, Prepare = "ip -n pod1 link add br7 type bridge; ip -n pod1 link set br7 up" },
        new("tap static", TapWith("\"dns\": {\"nameservers\": [\"10.0.0.1\"]}", IpamStatic)) { Differs = NeverTentative },
        new("tap then tuning", WithTuning(TapWith(""))),
        .. new[] { "0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.1.0" }.Select(version => new DifferentialCase($"tap {version}", TapWith("", IpamDual)) { CniVersion = version, Differs = NeverTentative }),
    ];

    private static IEnumerable<DifferentialCase> TapFailures() =>
    [
        new("tap unknown bridge", TapWith("\"bridge\": \"br7\"")),
        new("tap bad mac", TapWith("\"mac\": \"x\", \"owner\": 1, \"group\": 1")) { Message = "invalid MAC address \"x\"" },
        new("tap pool exhausted", TapWith("", """{"type": "host-local", "subnet": "10.88.0.0/30", "rangeStart": "10.88.0.1", "rangeEnd": "10.88.0.1"}""")),
    ];
}
