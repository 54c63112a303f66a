using MultiNet.Networks;

namespace MultiNet.Validation.Tests.Golden;

/// <summary>A golden case of each rule for changes and deletions.</summary>
internal static class LifecycleCases
{
    public const string Pool = """{"cniVersion": "1.0.0", "name": "net", "type": "bridge", "bridge": "br1", "ipam": {"type": "host-local", "subnet": "10.1.0.0/24"}}""";

    public static KnownCluster Used => new KnownCluster().Holding("default/net", "web", "10.1.0.5").In("default");

    private static NetworkAttachmentDefinition Net(string config, string resource = "", string selector = "") => KnownCluster.Define("net", config, resource, selector);

    private static ValidationReport Change(NetworkAttachmentDefinition old, NetworkAttachmentDefinition definition, KnownCluster? cluster = null) =>
        new UpdateValidator(ValidationOptions.Default).Validate(old, definition, cluster ?? Used);

    private static ValidationReport Change(string config) => Change(Net(Pool), Net(config));

    private static ValidationReport Delete(KnownCluster cluster, ValidationOptions? options = null) =>
        new DeletionValidator(options ?? ValidationOptions.Default).Validate(Net(Pool), new Deletion("jane"), cluster);

    private static PodUnderReview Pod(string networks, string defaultNetwork = "", bool runs = true) => new()
    {
        Namespace = "default", Name = "web", IsScheduled = runs,
        Annotations = new Dictionary<string, string> { [AnnotationKeys.Networks] = networks, [AnnotationKeys.DefaultNetwork] = defaultNetwork },
    };

    private static ValidationReport Change(PodUnderReview old, PodUnderReview pod) => new UpdateValidator(ValidationOptions.Default).Validate(old, pod);

    private static ValidationOptions EveryPodGets { get; } = new() { DefaultNetworks = ["default/net"] };

    private static LifecycleCase Warn(string rule, Func<ValidationReport> accepted, params Func<ValidationReport>[] rejected) => new("MN-" + rule, accepted, rejected) { IsWarning = true };

    private static LifecycleCase Deny(string rule, Func<ValidationReport> accepted, params Func<ValidationReport>[] rejected) => new("MN-" + rule, accepted, rejected);

    public static IReadOnlyList<LifecycleCase> All { get; } =
    [
        Warn("UPD-001", () => Change(Pool.Replace(", ", ",\n")), () => Change(Pool.Replace("br1", "br2")), () => Change(Net(""), Net(Pool))),
        Warn("UPD-002", () => Change(Pool.Replace("br1", "br2")), () => Change(Pool.Replace("\"net\"", "\"other\"")), () => Change(Pool.Replace("10.1.0.0/24", "10.1.0.0/16")),
            () => Change("""{"cniVersion": "1.0.0", "name": "net", "type": "macvlan", "master": "eth1", "ipam": {"type": "host-local", "subnet": "10.1.0.0/24"}}"""),
            () => Change("""{"cniVersion": "1.0.0", "name": "net", "type": "bridge", "bridge": "br1", "ipam": {"type": "dhcp"}}""")),
        Warn("UPD-003", () => Change(Pool.Replace("10.1.0.0/24\"", "10.1.0.0/24\", \"rangeStart\": \"10.1.0.5\"")), () => Change(Pool.Replace("10.1.0.0/24\"", "10.1.0.0/24\", \"rangeStart\": \"10.1.0.6\"")),
            () => Change(Pool.Replace("10.1.0.0/24", "10.2.0.0/24"))),
        Warn("UPD-004", () => Change(Net(Pool, "intel.com/vf"), Net(Pool, "intel.com/vf")), () => Change(Net(Pool, "intel.com/vf"), Net(Pool, "intel.com/pf")), () => Change(Net(Pool), Net(Pool, selector: "zone=a"))),
        Warn("DEL-001", () => Delete(new KnownCluster().In("default")), () => Delete(Used)),
        Warn("DEL-002", () => Delete(new KnownCluster { Templates = new TemplateUse(0, []) }.In("default")),
            () => Delete(new KnownCluster { Templates = new TemplateUse(1, ["CronJob default/nightly"]) }.In("default"))),
        Deny("DEL-003", () => Delete(new KnownCluster().In("default")), () => Delete(new KnownCluster().In("default"), EveryPodGets)),
        Warn("POD-035", () => Change(Pod("net1@eth1"), Pod("net1@eth1,net2@eth2")), () => Change(Pod("""[{"name": "net1", "interface": "eth1"}]"""), Pod("""[{"name": "net1", "interface": "eth1", "ips": ["10.1.0.5/24"]}]"""))),
        Warn("POD-036", () => Change(Pod("net1", "a", runs: false), Pod("net1", "b")), () => Change(Pod("net1", "a"), Pod("net1", "b"))),
    ];
}
