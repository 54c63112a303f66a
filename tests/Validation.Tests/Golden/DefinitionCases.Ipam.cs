namespace MultiNet.Validation.Tests.Golden;

internal static partial class DefinitionCases
{
    private static DefinitionInput Local(string keys) => WithIpam("{\"type\": \"host-local\"" + (keys.Length > 0 ? ", " + keys : "") + "}");

    private static DefinitionInput Fixed(string keys) => WithIpam("{\"type\": \"static\"" + (keys.Length > 0 ? ", " + keys : "") + "}");

    private static DefinitionInput Leased(string keys) => WithIpam("{\"type\": \"dhcp\"" + (keys.Length > 0 ? ", " + keys : "") + "}");

    private static DefinitionInput Whereabouts(string keys) => WithIpam("{\"type\": \"whereabouts\"" + (keys.Length > 0 ? ", " + keys : "") + "}");

    private static DefinitionInput BesideTheOther(string keys) =>
        Whereabouts(keys) with { Cluster = new KnownCluster(KnownCluster.Define("other", Whereabouts("\"range\": \"10.1.0.0/16\"").Config!.Replace("\"net\"", "\"other\""))) };

    private static DefinitionInput Old(DefinitionInput input) => input with { Config = input.Config!.Replace("\"1.0.0\"", "\"0.2.0\"") };

    private static IEnumerable<DefinitionCase> Ipam() =>
    [
        Deny("HL-001", Local("\"subnet\": \"10.1.0.0/16\""), Local(""), Local("\"ranges\": []")),
        Deny("HL-002", Local("\"subnet\": \"10.1.0.0/30\""), Local("\"subnet\": \"10.1.0.0/31\""), Local("\"subnet\": \"fd00::/127\""), Local("\"subnet\": \"10.1.0.1/16\""), Local("\"subnet\": \"10.1.0.0\""),
            Local("\"subnet\": \"10.1.0.0/33\""), Local("\"ranges\": [[{}]]"), Local("\"ranges\": [[null]]")),
        Deny("HL-003", Local("\"subnet\": \"10.1.0.0/24\", \"rangeStart\": \"10.1.0.10\", \"rangeEnd\": \"10.1.0.20\", \"gateway\": \"10.1.0.1\""), Local("\"subnet\": \"10.1.0.0/24\", \"rangeStart\": \"10.2.0.1\""),
            Local("\"subnet\": \"10.1.0.0/24\", \"rangeEnd\": \"10.1.1.1\""), Local("\"subnet\": \"10.1.0.0/24\", \"rangeStart\": \"10.1.0.20\", \"rangeEnd\": \"10.1.0.10\""),
            Local("\"subnet\": \"10.1.0.0/24\", \"rangeStart\": \"fd00::1\""), Local("\"subnet\": \"10.1.0.0/24\", \"gateway\": \"10.1.0\""), Local("\"subnet\": \"10.1.0.0/24\", \"rangeStart\": \"10.1.0.5/24\""),
            Local("\"subnet\": \"10.1.0.0/24\", \"rangeStart\": \"10.1.0.255\""), Local("\"subnet\": \"10.1.0.0/24\", \"rangeEnd\": \"10.1.0.0\"")),
        Warn("HL-003", Local("\"subnet\": \"10.1.0.0/24\""), Local("\"subnet\": \"10.1.0.0/24\", \"gateway\": \"10.9.0.1\"")),
        Deny("HL-004", Local("\"ranges\": [[{\"subnet\": \"10.1.0.0/24\"}], [{\"subnet\": \"fd00::/64\"}]]"), Local("\"ranges\": [[]]"), Local("\"ranges\": [[{\"subnet\": \"10.1.0.0/24\"}, {\"subnet\": \"fd00::/64\"}]]"),
            Local("\"ranges\": [[{\"subnet\": \"10.1.0.0/24\"}, {\"subnet\": \"10.1.0.0/16\"}]]"), Local("\"ranges\": [[{\"subnet\": \"10.1.0.0/24\"}], [{\"subnet\": \"10.1.0.0/16\"}]]"),
            Local("\"subnet\": \"10.1.0.0/24\", \"ranges\": [[{\"subnet\": \"10.1.0.0/24\"}]]")),
        Deny("HL-005", Local("\"ranges\": [[{\"subnet\": \"10.1.0.0/24\"}], [{\"subnet\": \"10.2.0.0/24\"}]]"), Old(Local("\"ranges\": [[{\"subnet\": \"10.1.0.0/24\"}], [{\"subnet\": \"10.2.0.0/24\"}]]"))),
        Warn("HL-006", Local("\"subnet\": \"10.1.0.0/24\""), Local("\"subnet\": \"10.1.0.0/24\", \"rangeStart\": \"10.1.0.5\", \"rangeEnd\": \"10.1.0.5\""), Local("\"subnet\": \"10.1.0.0/24\", \"rangeEnd\": \"10.1.0.255\""),
            Local("\"subnet\": \"10.1.0.0/24\", \"rangeStart\": \"10.1.0.0\"")),
        Warn("HL-007", WithIpam(Pool), Single("macvlan", "\"master\": \"eth1\"", Pool)),
        Warn("HL-008", WithIpam(Pool) with { Cluster = new KnownCluster(KnownCluster.Define("other", WithIpam("""{"type": "host-local", "subnet": "10.2.0.0/16"}""").Config!.Replace("\"net\"", "\"other\""))) },
            WithIpam(Pool) with { Cluster = new KnownCluster(KnownCluster.Define("other", WithIpam("""{"type": "host-local", "subnet": "10.1.5.0/24"}""").Config!.Replace("\"net\"", "\"other\""))) }),
        Deny("HL-009", Local("\"subnet\": \"10.1.0.0/24\", \"dataDir\": \"/run/net\""), Local("\"subnet\": \"10.1.0.0/24\", \"dataDir\": \"a\\u0000b\"")),
        Warn("HL-009", Local("\"subnet\": \"10.1.0.0/24\""), Local("\"subnet\": \"10.1.0.0/24\", \"dataDir\": \"net\"")),
        Deny("ST-001", Fixed("\"addresses\": [{\"address\": \"10.1.0.5/24\", \"gateway\": \"10.1.0.1\"}]"), Fixed("\"addresses\": [{\"address\": \"10.1.0.5\"}]"), Fixed("\"addresses\": [{}]"), Fixed("\"addresses\": [null]"),
            Fixed("\"addresses\": [{\"address\": \"10.1.0.5/24\", \"gateway\": \"10.1.0.1/24\"}]"), Fixed("\"addresses\": [{\"address\": \"10.1.0.5/24\"}, {\"address\": \"10.1.0.5/16\"}]")),
        Warn("ST-002", Fixed("\"addresses\": [{\"address\": \"10.1.0.5/24\"}]"), Fixed(""), Fixed("\"addresses\": []")),
        Warn("ST-003", Fixed("\"addresses\": [{\"address\": \"10.1.0.5/24\"}]") with { Cluster = new KnownCluster().Holding("default/net", "a", "10.1.0.5") },
            Fixed("\"addresses\": [{\"address\": \"10.1.0.5/24\"}]") with { Cluster = new KnownCluster().Holding("default/net", "a", "10.1.0.5").Holding("default/net", "b", "10.1.0.5") }),
        Deny("ST-004", Fixed("\"addresses\": [{\"address\": \"10.1.0.5/24\"}, {\"address\": \"10.1.0.6/24\"}]"), Old(Fixed("\"addresses\": [{\"address\": \"10.1.0.5/24\"}, {\"address\": \"10.1.0.6/24\"}]"))),
        Warn("ST-005", Fixed("\"addresses\": [{\"address\": \"10.1.0.5/24\", \"gateway\": \"10.1.0.1\"}]"), Fixed("\"addresses\": [{\"address\": \"10.1.0.5/24\", \"gateway\": \"10.9.0.1\"}]")),
        Deny("DH-001", Leased("\"provide\": [{\"option\": \"host-name\", \"fromArg\": \"K8S_POD_NAME\"}, {\"option\": \"42\", \"value\": \"x\"}], \"request\": [{\"option\": \"3\"}]"), Leased("\"provide\": [{\"option\": \"hostname\"}]"),
            Leased("\"provide\": [{}]"), Leased("\"provide\": [{\"option\": \"53\", \"value\": \"x\"}]"), Leased("\"request\": [{\"option\": \"256\"}]"), Leased("\"provide\": [null]")),
        Warn("DH-002", Leased("\"daemonSocketPath\": \"/run/dhcp.sock\""), Leased("\"daemonSocketPath\": \"dhcp.sock\"")),
        Deny("DH-003", Leased("\"provide\": [{\"option\": \"12\", \"value\": \"x\"}]"), Leased($"\"provide\": [{{\"option\": \"12\", \"value\": \"{new string('x', 256)}\"}}]")),
        Deny("WA-001", Whereabouts("\"range\": \"10.1.0.10-10.1.0.20/24\""), Whereabouts("\"range\": \"10.1.0.0\""), Whereabouts("\"range\": \"10.1.0.20-10.1.0.10/24\""), Whereabouts("\"range\": \"10.1.0.10-10.1.0.20\""),
            Whereabouts("\"ipRanges\": [{\"range\": \"x\"}]")),
        Deny("WA-002", Whereabouts("\"range\": \"10.1.0.0/24\", \"range_start\": \"10.1.0.5\", \"range_end\": \"10.1.0.9\""), Whereabouts("\"range\": \"10.1.0.0/24\", \"range_start\": \"10.1.0\""), Whereabouts("\"range\": \"10.1.0.0/24\", \"range_end\": \"x\"")),
        Deny("WA-003", Whereabouts("\"range\": \"10.1.0.0/24\", \"exclude\": [\"10.1.0.0/28\", \"10.1.0.99\"]"), Whereabouts("\"range\": \"10.1.0.0/24\", \"exclude\": [\"10.1.0.0/33\"]")),
        Warn("WA-003", Whereabouts("\"range\": \"10.1.0.0/24\""), Whereabouts("\"range\": \"10.1.0.0/24\", \"exclude\": [\"10.2.0.0/24\"]")),
        Warn("WA-004", Whereabouts("\"range\": \"10.1.0.0/24\", \"exclude\": [\"10.1.0.0/28\"]"), Whereabouts("\"range\": \"10.1.0.0/24\", \"exclude\": [\"10.1.0.0/16\"]")),
        Warn("WA-005", BesideTheOther("\"range\": \"10.1.5.0/24\""), BesideTheOther("\"range\": \"10.1.5.0/24\", \"enable_overlapping_ranges\": false"),
            BesideTheOther("\"range\": \"10.1.0.0/16\", \"network_name\": \"x\", \"enable_overlapping_ranges\": false")),
        Warn("WA-005", BesideTheOther("\"range\": \"10.1.0.0/16\", \"enable_overlapping_ranges\": false"), BesideTheOther("\"range\": \"10.1.5.0/24\", \"enable_overlapping_ranges\": false")),
        Deny("WA-006", Whereabouts("\"range\": \"10.1.0.0/16\", \"node_slice_size\": \"/26\""), Whereabouts("\"range\": \"10.1.0.0/16\", \"node_slice_size\": \"large\"")),
        Warn("WA-006", Whereabouts("\"range\": \"10.1.0.0/16\""), Whereabouts("\"range\": \"10.1.0.0/16\", \"node_slice_size\": \"/8\"")),
        Deny("WA-007", Whereabouts("\"range\": \"10.1.0.0/16\", \"gateway\": \"10.1.0.1\""), Whereabouts("\"range\": \"10.1.0.0/16\", \"gateway\": \"10.1\"")),
        Warn("WA-008", Whereabouts("\"range\": \"10.1.0.0/16\", \"kubernetes\": {\"kubeconfig\": \"/etc/whereabouts.kubeconfig\"}"), Whereabouts("\"range\": \"10.1.0.0/16\", \"kubernetes\": {}"),
            Whereabouts("\"range\": \"10.1.0.0/16\", \"configuration_path\": \"whereabouts.conf\"")),
        Warn("WA-009", Whereabouts("\"range\": \"10.1.0.0/16\""), Whereabouts("")),
    ];
}
