using MultiNet.Networks;

namespace MultiNet.Validation.Tests.Golden;

internal static partial class DefinitionCases
{
    private static IEnumerable<DefinitionCase> Interfaces() =>
    [
        Deny("BR-001", Bridge("\"vlan\": 4094"), Bridge("\"vlan\": 4095"), Bridge("\"vlan\": -1")),
        Deny("BR-002", Bridge("\"vlanTrunk\": [{\"id\": 5}, {\"minID\": 10, \"maxID\": 20}]"), Bridge("\"vlanTrunk\": [{\"id\": 0}]"), Bridge("\"vlanTrunk\": [{\"minID\": 10}]"),
            Bridge("\"vlanTrunk\": [{\"maxID\": 10}]"), Bridge("\"vlanTrunk\": [{\"minID\": 20, \"maxID\": 10}]"), Bridge("\"vlanTrunk\": [{\"minID\": 1, \"maxID\": 4095}]")),
        Warn("BR-002", Bridge("\"vlanTrunk\": []"), Bridge("\"vlanTrunk\": [{}]")),
        Warn("BR-003", Bridge("\"vlanTrunk\": [{\"id\": 5}, {\"id\": 6}]"), Bridge("\"vlanTrunk\": [{\"id\": 5}, {\"minID\": 4, \"maxID\": 6}]"), Bridge("\"vlan\": 5, \"vlanTrunk\": [{\"id\": 5}]")),
        Deny("BR-004", Bridge("\"hairpinMode\": true, \"promiscMode\": false"), Bridge("\"hairpinMode\": true, \"promiscMode\": true")),
        Deny("BR-005", Bridge("\"disableContainerInterface\": true"), Bridge($"\"disableContainerInterface\": true, \"ipam\": {Pool}")),
        Warn("BR-006", Bridge(""), Single("bridge", "")),
        Warn("BR-008", Bridge($"\"isGateway\": true, \"ipMasq\": true, \"ipam\": {Pool}"), Bridge("\"isGateway\": true"), Bridge($"\"ipMasq\": true, \"ipam\": {Pool}")),
        Deny("BR-009", Bridge("\"ipMasqBackend\": \"nftables\""), Bridge("\"ipMasqBackend\": \"pf\""), Bridge("\"ipMasqBackend\": \"\"")),
        Warn("BR-010", Bridge("\"preserveDefaultVlan\": true, \"vlan\": 5"), Bridge("\"preserveDefaultVlan\": true")),
        Deny("BR-011", Bridge("\"vlan\": 5"), Single("bridge", "\"bridge\": \"a-long-bridge\", \"vlan\": 100, \"isGateway\": true", Pool)),
        Warn("BR-011", Bridge("\"vlan\": 5"), Bridge($"\"vlan\": 5, \"isGateway\": true, \"ipam\": {Pool}")),
        Deny("MV-001", Single("macvlan", "\"master\": \"eth1\", \"mode\": \"vepa\""), Single("macvlan", "\"master\": \"eth1\", \"mode\": \"Bridge\""), Single("macvlan", "\"master\": \"eth1\", \"mode\": \"l2\"")),
        Warn("MV-002", Single("macvlan", "\"master\": \"eth1\""), Single("macvlan", "")),
        Deny("MV-005", Single("macvlan", "\"master\": \"eth1\", \"bcqueuelen\": 4294967295"), Single("macvlan", "\"master\": \"eth1\", \"bcqueuelen\": 4294967296")),
        Warn("MV-006", Single("macvlan", "\"master\": \"eth1\""), Single("macvlan", "\"master\": \"eth1\", \"mode\": \"passthru\"")),
        Deny("IV-001", Single("ipvlan", "\"master\": \"eth1\", \"mode\": \"l3s\", \"flag\": \"vepa\"", Pool), Single("ipvlan", "\"master\": \"eth1\", \"mode\": \"bridge\"", Pool),
            Single("ipvlan", "\"master\": \"eth1\", \"flag\": \"l2\"", Pool)),
        Warn("IV-002", Single("ipvlan", "\"master\": \"eth1\"", Pool), Single("ipvlan", "\"master\": \"eth1\"", "{\"type\": \"dhcp\"}")),
        Warn("IV-003", Single("ipvlan", "\"master\": \"eth1\"", Pool), Single("ipvlan", "\"master\": \"eth1\", \"capabilities\": {\"mac\": true}", Pool)),
        Warn("IV-004", Single("ipvlan", "\"master\": \"eth1\", \"mode\": \"l3\"", Pool),
            Single("ipvlan", "\"master\": \"eth1\", \"mode\": \"l3\"", """{"type": "host-local", "subnet": "10.1.0.0/16", "gateway": "10.1.0.1"}""")),
        Deny("VL-001", Single("vlan", "\"master\": \"eth1\", \"vlanId\": 5", Pool), Single("vlan", "\"vlanId\": 5", Pool), Single("vlan", "\"master\": \"\", \"vlanId\": 5", Pool)),
        Deny("VL-002", Single("vlan", "\"master\": \"eth1\", \"vlanId\": 4094", Pool), Single("vlan", "\"master\": \"eth1\", \"vlanId\": 4095", Pool), Single("vlan", "\"master\": \"eth1\", \"vlanId\": -1", Pool)),
        Warn("VL-002", Single("vlan", "\"master\": \"eth1\", \"vlanId\": 5", Pool), Single("vlan", "\"master\": \"eth1\"", Pool), Single("vlan", "\"master\": \"eth1\", \"vlanId\": 0", Pool)),
        Warn("VL-003", Other("vlan", "\"master\": \"eth1\", \"vlanId\": 5", "\"master\": \"eth1\", \"vlanId\": 6"), Other("vlan", "\"master\": \"eth1\", \"vlanId\": 5", "\"master\": \"eth1\", \"vlanId\": 5")),
        Deny("VL-004", Single("vlan", "\"master\": \"eth1\", \"vlanId\": 5, \"vlanProto\": \"802.1AD\"", Pool), Single("vlan", "\"master\": \"eth1\", \"vlanId\": 5, \"vlanProto\": \"qinq\"", Pool)),
        Deny("VL-005", Single("vlan", "\"master\": \"eth1\", \"vlanId\": 5, \"egressPriorities\": [{\"from\": 99, \"to\": 7}]", Pool),
            Single("vlan", "\"master\": \"eth1\", \"vlanId\": 5, \"egressPriorities\": [{\"from\": 0, \"to\": 8}]", Pool), Single("vlan", "\"master\": \"eth1\", \"vlanId\": 5, \"ingressPriorities\": [{\"from\": 0}]", Pool)),
        Warn("PT-001", Single("ptp", "", """{"type": "static", "addresses": [{"address": "10.1.0.5/24", "gateway": "10.1.0.1"}]}"""), Single("ptp", "", """{"type": "static", "addresses": [{"address": "10.1.0.5/24"}]}""")),
        Deny("PT-002", Single("ptp", "\"ipMasqBackend\": \"iptables\"", Pool), Single("ptp", "\"ipMasqBackend\": \"pf\"", Pool)),
        Deny("TP-001", Single("tap", "\"owner\": 1000, \"group\": 4294967294"), Single("tap", "\"owner\": 4294967295"), Single("tap", "\"selinuxContext\": \"a\\u0000b\"")),
    ];

    private static IEnumerable<DefinitionCase> Devices() =>
    [
        Deny("HD-001", Single("host-device", "\"device\": \"eth1\""), Single("host-device", ""), Single("host-device", "\"device\": \"\"")),
        Warn("HD-002", Single("host-device", "\"device\": \"eth1\""), Single("host-device", "\"device\": \"eth1\", \"pciBusID\": \"0000:3d:00.1\"")),
        Deny("HD-003", Single("host-device", "\"pciBusID\": \"10000:3D:1f.7\""), Single("host-device", "\"pciBusID\": \"3d:00.1\""), Single("host-device", "\"pciBusID\": \"0000:3d:20.1\""),
            Single("host-device", "\"hwaddr\": \"xx\""), Single("host-device", "\"kernelpath\": \"/tmp/x\""), Single("host-device", "\"kernelpath\": \"/sys/devices/../x\"")),
        Warn("HD-003", Single("host-device", "\"device\": \"eth1\""), Single("host-device", "\"device\": \"eth1\", \"hwaddr\": \"xx\"")),
        Warn("HD-004", new DefinitionInput(Single("host-device", "\"device\": \"eth1\"").Config) { Options = new ValidationOptions { ProtectedInterfaces = ["ens*", "eth0"] } },
            new DefinitionInput(Single("host-device", "\"device\": \"ens3\"").Config) { Options = new ValidationOptions { ProtectedInterfaces = ["ens*"] } }),
        Deny("SR-001", Device(Single("sriov", "")), Single("sriov", ""), Single("sriov", "\"deviceID\": \"eth1\""), Single("sriov", "\"deviceID\": \"\"")),
        Deny("SR-002", Device(Single("sriov", "\"vlan\": 100, \"vlanQoS\": 7, \"vlanProto\": \"802.1ad\"")), Pci("\"vlan\": 4095"), Pci("\"vlanQoS\": 5"), Pci("\"vlan\": 0, \"vlanQoS\": 5"),
            Pci("\"vlan\": 5, \"vlanQoS\": 8"), Pci("\"vlanProto\": \"802.1q\""), Pci("\"vlan\": 5, \"vlanProto\": \"x\""), Pci("\"vlan\": 0, \"vlanProto\": \"802.1ad\"")),
        Deny("SR-003", Device(Single("sriov", "\"spoofchk\": \"off\", \"trust\": \"on\"")), Pci("\"spoofchk\": \"yes\""), Pci("\"trust\": \"true\"")),
        Deny("SR-004", Device(Single("sriov", "\"link_state\": \"enable\"")), Pci("\"link_state\": \"up\"")),
        Deny("SR-005", Device(Single("sriov", "\"min_tx_rate\": 5, \"max_tx_rate\": 10")), Pci("\"min_tx_rate\": 20, \"max_tx_rate\": 10"), Pci("\"max_tx_rate\": -1"), Pci("\"min_tx_rate\": -1")),
        Warn("SR-006", Device(Single("ib-sriov", "\"link_state\": \"enable\"")), Device(Single("ib-sriov", "\"vlan\": 5"))),
        Warn("SR-007", Device(Single("sriov", "")) with { Cluster = new KnownCluster { Offered = ["intel.com/sriov"] } }, Device(Single("sriov", "")) with { Cluster = new KnownCluster { Offered = [] } }),
        Warn("SR-008", Device(Single("sriov", "")), Pci("")),
        Warn("OV-001", Single("ovs", "\"bridge\": \"br1\""), Single("ovs", "\"vlan\": 5")),
        Deny("OV-002", Single("ovs", "\"bridge\": \"br1\", \"vlan\": 4094, \"trunk\": [{\"id\": 42}]"), Single("ovs", "\"bridge\": \"br1\", \"vlan\": 4095"), Single("ovs", "\"bridge\": \"br1\", \"trunk\": [{\"minID\": 5}]")),
        Warn("OV-003", Single("ovs", "\"bridge\": \"br1\", \"trunk\": [{\"id\": 42}]"), Single("ovs", "\"bridge\": \"br1\", \"trunk\": [{\"id\": 42}, {\"id\": 42}]")),
        Warn("OV-004", Single("ovs", "\"bridge\": \"br1\", \"ofport_request\": 5"), Single("ovs", "\"bridge\": \"br1\", \"ofport_request\": 70000")),
        Deny("BO-001", Bond(""), Bond("\"mode\": \"lacp\""), Bond("\"mode\": \"\""), Bond("\"mode\": 7"), Bond("\"mode\": null")),
        Warn("BO-001", Bond(""), Bond("\"mode\": 1"), Bond("\"mode\": \"4\"")),
        Deny("BO-002", Bond(""), Bond("\"links\": [{\"name\": \"net1\"}]"), Bond("\"links\": [{\"name\": \"net1\"}, {\"name\": \"net1\"}]"), Bond("\"links\": [{\"name\": \"net1\"}, {}]"), Bond("\"links\": []")),
        Deny("BO-003", Bond("\"failOverMac\": 2, \"allSlavesActive\": 1, \"xmitHashPolicy\": \"layer3+4\""), Bond("\"miimon\": \"fast\""), Bond("\"miimon\": null"), Bond("\"failOverMac\": 3"), Bond("\"allSlavesActive\": 2"),
            Bond("\"tlbDynamicLb\": 1"), Bond("\"xmitHashPolicy\": \"layer4\"")),
        Warn("BO-003", Bond(""), Bond("\"miimon\": 100")),
        Deny("BO-004", Bond($"\"ipam\": {Pool}"), Bond("\"ipam\": {\"type\": \"bond\"}")),
        Warn("BO-005", Bond("\"linksInContainer\": true"), Bond(""), Bond("\"linksInContainer\": true, \"links\": [{\"name\": \"net1\"}, {\"name\": \"eth0\"}]")),
    ];

    private static DefinitionInput Device(DefinitionInput input) => input with { Annotations = new() { [AnnotationKeys.ResourceName] = "intel.com/sriov" } };

    private static DefinitionInput Pci(string keys) => Single("sriov", "\"deviceID\": \"0000:3d:02.1\"" + (keys.Length > 0 ? ", " + keys : ""));

    // A key that is given again replaces the first.
    private static DefinitionInput Bond(string keys)
    {
        var members = new Dictionary<string, string> { ["mode"] = "\"active-backup\"", ["miimon"] = "\"100\"", ["links"] = """[{"name": "net1"}, {"name": "net2"}]""" };
        if (keys.Length > 0)
        {
            foreach (var property in System.Text.Json.JsonDocument.Parse("{" + keys + "}").RootElement.EnumerateObject())
                members[property.Name] = property.Value.GetRawText();
        }
        return Single("bond", string.Join(", ", members.Select(member => $"\"{member.Key}\": {member.Value}")));
    }

    private static DefinitionInput Other(string type, string keys, string others) =>
        Single(type, keys, Pool) with { Cluster = new KnownCluster(KnownCluster.Define("other", Single(type, others, """{"type": "host-local", "subnet": "10.9.0.0/16"}""").Config!.Replace("\"net\"", "\"other\""))) };
}
