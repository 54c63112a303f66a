namespace MultiNet.Validation;

public static partial class RuleCatalogue
{
    // Objects beside definitions and pods that name definitions.
    private static Rule[] Beside() =>
    [
        Warning("MN-IPC-001", "ipam-claim-reference is for networks that keep claims",
            "host-local, static, dhcp and whereabouts know no IPAMClaims, and ovn-k8s-cni-overlay only with `allowPersistentIPs`: the pod would get any address, and another one next time.", RuleLevel.Cluster),
        Warning("MN-NS-001", "The networks that a namespace gives its pods are networks",
            "The annotation `multinet.io/default-networks`: where it cannot be read, pods get none of them, without a word. Namespaces are never refused.", RuleLevel.Cluster),
        Warning("MN-MNP-001", "policy-for names definitions",
            "Without the annotation, or with names that are none, the policy holds for nothing, and everything is open.", RuleLevel.Cluster),
        Error("MN-MNP-002", "Blocks of addresses are networks",
            "Implementations cannot load the policy, or any of the pod's. A plain address, and exceptions outside of the block, are a warning."),
        Error("MN-MNP-003", "Ports are ports",
            "1 to 65535, ranges in order. Another protocol than TCP, UDP and SCTP is a warning."),
        Warning("MN-MNP-004", "policyTypes are Ingress and Egress",
            "Others do nothing."),
    ];
}
