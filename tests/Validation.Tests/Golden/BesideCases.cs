using System.Text.Json;
using MultiNet.Networks;

namespace MultiNet.Validation.Tests.Golden;

/// <summary>A golden case of each rule for policies and namespaces.</summary>
internal static class BesideCases
{
    private static KnownCluster Cluster => new(KnownCluster.Define("net1", LifecycleCases.Pool), KnownCluster.Define("net2", LifecycleCases.Pool) with { Namespace = "other" });

    private static Func<ValidationReport> Policy(string networks, string spec = "{}", IClusterKnowledge? cluster = null) => () =>
    {
        using var json = JsonDocument.Parse($$$"""{"metadata": {"annotations": {"k8s.v1.cni.cncf.io/policy-for": {{{JsonSerializer.Serialize(networks)}}}}}, "spec": {{{spec}}}}""");
        return new MultiNetworkPolicyValidator(ValidationOptions.Default).Validate(MultiNetworkPolicyReader.Read(json.RootElement, "default", "policy"), cluster ?? Cluster);
    };

    private static Func<ValidationReport> From(string block) => Policy("net1", $$"""{"ingress": [{}, {"from": [{"podSelector": {} }, {"ipBlock": {{block}}}]}]}""");

    private static Func<ValidationReport> To(string port) => Policy("net1", $$"""{"egress": [{"ports": [{{port}}]}]}""");

    private static Func<ValidationReport> Space(string networks) => () => new NamespaceValidator(ValidationOptions.Default).Validate(
        "default", new Dictionary<string, string> { [AnnotationKeys.DefaultNetworks] = networks }, Cluster);

    private static LifecycleCase Warn(string rule, Func<ValidationReport> accepted, params Func<ValidationReport>[] rejected) => new("MN-" + rule, accepted, rejected) { IsWarning = true };

    private static LifecycleCase Deny(string rule, Func<ValidationReport> accepted, params Func<ValidationReport>[] rejected) => new("MN-" + rule, accepted, rejected);

    public static IReadOnlyList<LifecycleCase> All { get; } =
    [
        Warn("NS-001", Space("net1, other/net2@eth5"), Space("""[{"name": "net1"}"""), Space("net9"), Space("net1@eth0")),
        Warn("MNP-001", Policy("net1, other/net2 ,default/net1"), Policy(""), Policy(" "), Policy("net1,"), Policy("net2"), Policy("a/b/c"), Policy("Net_1"), Policy("net1@eth1"),
            Policy("net9", cluster: new DefinitionSet([KnownCluster.Define("net1", LifecycleCases.Pool)]))),
        Deny("MNP-002", From("""{"cidr": "10.1.0.0/16", "except": ["10.1.5.0/24", "10.1.6.7/32"]}"""), From("""{"cidr": "10.1.0.0/33"}"""), From("""{"cidr": "web"}"""), From("{}"),
            From("""{"cidr": "10.1.0.0/16", "except": ["10.1.5"]}""")),
        Warn("MNP-002", From("""{"cidr": "fd00::1/64", "except": ["fd00::/96"]}"""), From("""{"cidr": "10.1.0.5"}"""), From("""{"cidr": "10.1.0.0/16", "except": ["10.2.0.0/24"]}"""),
            From("""{"cidr": "10.1.0.0/16", "except": ["10.0.0.0/8"]}"""), From("""{"cidr": "10.1.0.0/16", "except": ["fd00::/96"]}""")),
        Deny("MNP-003", To("""{"port": 80, "endPort": 90, "protocol": "SCTP"}, {"port": "http"}, {"protocol": "UDP"}, {}"""), To("""{"port": 0}"""), To("""{"port": 65536}"""), To("""{"port": 80, "endPort": 79}"""),
            To("""{"port": 80, "endPort": 70000}""")),
        Warn("MNP-003", To("""{"port": 80, "protocol": "TCP"}"""), To("""{"port": 80, "protocol": "tcp"}"""), To("""{"protocol": "ICMP"}""")),
        Warn("MNP-004", Policy("net1", """{"policyTypes": ["Ingress", "egress"]}"""), Policy("net1", """{"policyTypes": ["Inbound"]}""")),
    ];
}
