namespace MultiNet.Validation.Tests.Golden;

/// <summary>A golden case of each rule for pods.</summary>
internal static class PodCases
{
    private const string Ips = """{"cniVersion": "1.0.0", "name": "net1", "type": "bridge", "bridge": "br1", "capabilities": {"ips": true, "mac": true}, "ipam": {"type": "host-local", "subnet": "10.1.0.0/24"}}""";
    private const string Plain = """{"cniVersion": "1.0.0", "name": "net1", "type": "bridge", "bridge": "br1"}""";
    private const string Bond = """{"cniVersion": "1.0.0", "name": "bond", "type": "bond", "mode": "active-backup", "miimon": "100", "linksInContainer": true, "links": [{"name": "net1"}, {"name": "net2"}]}""";

    private static KnownCluster Cluster => new(
        KnownCluster.Define("net1", Ips), KnownCluster.Define("plain", Plain, selector: "zone=a"), KnownCluster.Define("vf", Plain, resource: "intel.com/vf"), KnownCluster.Define("bond", Bond));

    private static ValidationOptions Isolated { get; } = new() { NamespaceIsolation = true, GlobalNamespaces = ["shared"], MultusNamespace = "kube-system" };

    private static KnownCluster Going(string name)
    {
        var cluster = Cluster;
        cluster.Deleted.Add("default/" + name);
        return cluster;
    }

    private static KnownCluster Granted(string names, string labels = "") => new(KnownCluster.Define("net1", Plain) with
    {
        Namespace = "shared",
        Annotations = new Dictionary<string, string> { [Networks.AnnotationKeys.AllowedNamespaces] = names, [Networks.AnnotationKeys.AllowedNamespaceLabels] = labels },
    });

    private static KnownCluster Claims => new(
        KnownCluster.Define("pool", Ips.Replace("net1", "pool")), KnownCluster.Define("plain", Plain),
        KnownCluster.Define("kept", """{"cniVersion": "1.0.0", "name": "kept", "type": "ovn-k8s-cni-overlay", "topology": "layer2", "subnets": "10.1.0.0/24", "netAttachDefName": "default/kept", "allowPersistentIPs": true}"""),
        KnownCluster.Define("lost", """{"cniVersion": "1.0.0", "name": "lost", "type": "ovn-k8s-cni-overlay", "topology": "layer2", "subnets": "10.1.0.0/24", "netAttachDefName": "default/lost"}"""));

    private static PodCase Deny(string rule, PodInput accepted, params PodInput[] rejected) => new("MN-" + rule, accepted, rejected);

    private static PodCase Warn(string rule, PodInput accepted, params PodInput[] rejected) => new("MN-" + rule, accepted, rejected) { IsWarning = true };

    private static PodInput In(IClusterKnowledge cluster, string networks, Func<PodUnderReview, PodUnderReview>? with = null) => new(networks) { Cluster = cluster, With = with ?? (pod => pod) };

    public static IReadOnlyList<PodCase> All { get; } =
    [
        Deny("POD-001", "net1, other/net2@eth1", """[{"name": "net1",}]""", "[net1]"),
        Deny("POD-002", """[{"name": "net1"}]""", "[null]", """{"name": "net1"}""", "[5]"),
        Warn("POD-002", """[{"name": "net1", "example.com/x": 1}]""", """[{"name": "net1", "interfce": "eth1"}]"""),
        Deny("POD-003", """[{"name": "net1"}]""", "[{}]", """[{"name": "other/net1"}]""", """[{"name": "Net1"}]""", "Net_1"),
        Deny("POD-004", "net1,net2", "net1,,net2", "a/b/c", "net1@a@b"),
        Deny("POD-005", "other/net1", "Other/net1", """[{"name": "net1", "namespace": "a b"}]"""),
        Deny("POD-006", "net1@eth1", "net1@a-name-of-sixteen", """[{"name": "net1", "interface": "lo"}]"""),
        Deny("POD-007", "net1@eth1,net2@eth2", "net1@eth1,net2@eth1"),
        Deny("POD-008", "net1@eth1", "net1@eth0"),
        Warn("POD-009", "net1@eth1,net2", "net1@net2,net2"),
        Warn("POD-010", "net1@eth1,net1@eth2", "net1,net1"),
        Deny("POD-011", """[{"name": "net1", "ips": ["10.1.0.5"]}]""", """[{"name": "net1", "ips": "10.1.0.5"}]""", """[{"name": "net1", "ips": ["10.1.0"]}]"""),
        Deny("POD-012", """[{"name": "net1", "mac": "02:00:5e:00:53:01"}]""", """[{"name": "net1", "mac": "x"}]""", """[{"name": "net1", "mac": "01:00:5e:00:53:01"}]"""),
        Deny("POD-013", """[{"name": "net1", "infiniband-guid": "c2:11:22:33:44:55:66:77"}]""", """[{"name": "net1", "infiniband-guid": "c2:11"}]"""),
        Deny("POD-014", """[{"name": "net1", "portMappings": [{"hostPort": 8080, "containerPort": 80}]}]""", """[{"name": "net1", "portMappings": [{"hostPort": 99999, "containerPort": 80}]}]"""),
        Deny("POD-015", """[{"name": "net1", "bandwidth": {"ingressRate": 1000, "ingressBurst": 1000}}]""", """[{"name": "net1", "bandwidth": {"ingressBurst": 1000}}]"""),
        Deny("POD-016", """[{"name": "net1", "default-route": ["10.1.0.1"]}]""", """[{"name": "net1", "default-route": ["10.1.0.1/24"]}]"""),
        Deny("POD-017", """[{"name": "net1", "ipam-claim-reference": "claim"}]""", """[{"name": "net1", "ipam-claim-reference": "claim", "ips": ["10.1.0.5"]}]"""),
        Deny("POD-018", """[{"name": "net1", "ipam-claim-reference": "claim"}]""", """[{"name": "net1", "ipam-claim-reference": "Claim"}]"""),
        Deny("POD-019", """[{"name": "net1", "cni-args": {"a": "b"}}]""", """[{"name": "net1", "cni-args": []}]"""),
        Deny("POD-020", new PodInput("") { DefaultNetwork = "net1" }, new PodInput("") { DefaultNetwork = "[]" }, new PodInput("") { DefaultNetwork = "net1,net2" }),
        Warn("POD-021", "net1", new PodInput("net1") { With = pod => pod with { HostNetwork = true } }),
        Deny("POD-022", In(Cluster, "net1"), In(Cluster, "nett1"), In(Cluster, "") with { DefaultNetwork = "none" }),
        Warn("POD-022", In(new DefinitionSet([KnownCluster.Define("net1", Plain)]), "net1"), In(new DefinitionSet([KnownCluster.Define("net1", Plain)]), "net2")),
        Deny("POD-024", new PodInput("default/net1,shared/net2") { Options = Isolated, DefaultNetwork = "shared/net3" }, new PodInput("other/net1") { Options = Isolated },
            new PodInput("") { Options = Isolated, DefaultNetwork = "net1" }, new PodInput("") { Options = Isolated, DefaultNetwork = "other/net1" }),
        Warn("POD-023", In(Cluster, "net1"), In(Going("net1"), "net1"), In(Going("net1"), "") with { DefaultNetwork = "default/net1" }),
        Deny("POD-025", In(Granted("team-*, default").In("web"), "shared/net1"), In(Granted("team-*"), "shared/net1"), In(Granted("team-*"), "") with { DefaultNetwork = "shared/net1" },
            In(Granted("", "team=a, gold").In("default", false, ("team", "a")), "shared/net1"), In(Granted("", "team=a").In("default", false, ("team", "b")), "shared/net1")),
        Deny("POD-025", In(Granted("x", "team=a, gold").In("default", false, ("team", "a"), ("gold", "")), "shared/net1"), In(Granted("x", "team=a").In("default"), "shared/net1")),
        Deny("POD-026", In(Cluster, """[{"name": "net1", "ips": ["10.1.0.5/24"]}]"""), In(Cluster, """[{"name": "plain", "ips": ["10.1.0.5/24"]}]"""), In(Cluster, """[{"name": "net1", "bandwidth": {"ingressRate": 1000, "ingressBurst": 1000}}]""")),
        Deny("POD-027", In(Cluster, """[{"name": "net1", "ips": ["10.1.0.5/24"]}]"""), In(Cluster, """[{"name": "net1", "ips": ["10.2.0.5/24"]}]"""), In(Cluster, """[{"name": "net1", "ips": ["10.1.0.1/24"]}]""")),
        Warn("POD-028", In(Cluster.Holding("default/net1", "other", "10.1.0.6"), """[{"name": "net1", "ips": ["10.1.0.5/24"]}]"""),
            In(Cluster.Holding("default/net1", "other", "10.1.0.5"), """[{"name": "net1", "ips": ["10.1.0.5/24"]}]""")),
        Warn("POD-029", In(Cluster.Holding("default/net1", "web", "10.1.0.6", "02:00:5e:00:53:01"), """[{"name": "net1", "mac": "02:00:5e:00:53:01"}]"""),
            In(Cluster.Holding("default/net1", "other", "10.1.0.6", "02:00:5e:00:53:01"), """[{"name": "net1", "mac": "02:00:5E:00:53:01"}]""")),
        Warn("POD-030", """[{"name": "net1", "ips": ["10.1.0.5/24"]}]""", new PodInput("""[{"name": "net1", "ips": ["10.1.0.5/24"]}]""") { With = pod => pod with { Replicas = 3 } }),
        Warn("POD-031", In(Cluster, "vf@a,vf@b", pod => pod with { Resources = new Dictionary<string, long> { ["intel.com/vf"] = 2 } }), In(Cluster, "vf"),
            In(Cluster, "vf@a,vf@b", pod => pod with { Resources = new Dictionary<string, long> { ["intel.com/vf"] = 1 } })),
        Warn("POD-032", In(Cluster, "plain", pod => pod with { NodeSelector = new Dictionary<string, string> { ["zone"] = "a" } }),
            In(Cluster, "plain", pod => pod with { NodeSelector = new Dictionary<string, string> { ["zone"] = "b" } })),
        Deny("POD-033", "net1", string.Join(',', Enumerable.Range(1, 129).Select(i => $"net{i}"))),
        Warn("POD-034", "net1", new PodInput("net1") { With = pod => pod with { Annotations = new Dictionary<string, string>(pod.Annotations) { [Networks.AnnotationKeys.NetworkStatus] = "[]" } } }),
        Deny("POD-037", "net1", new string('x', 300_000)),
        Warn("POD-040", In(Cluster, "net1,plain,bond"), In(Cluster, "bond,net1,plain"), In(Cluster, "net1@a,plain@b,bond")),
        Deny("POD-041", """[{"name": "net1", "deviceID": "0000:00:1f.6"}]""", """[{"name": "net1", "deviceID": "0000 00"}]"""),
        Warn("POD-042", """[{"name": "net1", "portMappings": [{"hostPort": 8080, "containerPort": 80}]}]""",
            new PodInput("""[{"name": "net1", "portMappings": [{"hostPort": 8080, "containerPort": 80}]}]""") { With = pod => pod with { HostPorts = [(8080, "tcp")] } }),
        Warn("IPC-001", In(Claims, """[{"name": "kept", "ipam-claim-reference": "vm1"}]"""), In(Claims, """[{"name": "pool", "ipam-claim-reference": "vm1"}]"""),
            In(Claims, """[{"name": "lost", "ipam-claim-reference": "vm1"}]"""), In(Claims, """[{"name": "plain", "ipam-claim-reference": "vm1"}]""")),
    ];
}
