namespace MultiNet.Validation;

public static partial class RuleCatalogue
{
    private static Rule[] Lifecycle() =>
    [
        Warning("MN-UPD-001", "The configuration stays while pods use it",
            "What stands stays as it is; pods that are made later get the new one.", RuleLevel.Cluster),
        Warning("MN-UPD-002", "A network that is used stays the same network",
            "Its name, the type of its first plugin and of IPAM, host-local's subnets: addresses and rules of the old one are not found again. An error in the strict profile.", RuleLevel.Cluster),
        Warning("MN-UPD-003", "Addresses that pods have stay in the ranges",
            "Others would not know that they are taken. An error in the strict profile.", RuleLevel.Cluster),
        Warning("MN-UPD-004", "resourceName and nodeSelector stay while pods use the network",
            "Pods that are there have other devices and nodes.", RuleLevel.Cluster),
        Warning("MN-DEL-001", "No pod uses a definition that is deleted",
            "Pods that are made anew fail. An error in the strict profile; never in a namespace that is being deleted, for the garbage collector, or with the annotation `multinet.io/force-delete: \"true\"`.", RuleLevel.Cluster),
        Warning("MN-DEL-002", "No template of pods names a definition that is deleted",
            "Only with `askWorkloads` of the webhook. Workloads that have no pods now make some later: a CronJob, a Deployment of 0 replicas.", RuleLevel.Cluster),
        Error("MN-DEL-003", "Definitions that every pod gets are not deleted",
            "Only where `defaultNetworks` of the options names them. With the same exceptions.", RuleLevel.Cluster),
    ];
}
