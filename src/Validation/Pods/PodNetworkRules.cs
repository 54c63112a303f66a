using System.Text;
using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-POD rules that compare the pod with the definitions that it names.</summary>
internal sealed class PodNetworkRules : RuleSet<PodSubject>
{
    protected override void Check(PodSubject subject, RuleFindings findings)
    {
        var interfaces = new HashSet<string>(StringComparer.Ordinal) { subject.Options.PodInterface };
        foreach (var element in subject.Selection.Elements)
        {
            if (subject.DefinitionOf(element) is { } definition)
                CheckElement(subject, element, definition, interfaces, findings);
            else if (element.Name.Length > 0)
                Missing(subject, element, findings);
            interfaces.Add(PodSubject.InterfaceOf(element));
        }
        CheckDevices(subject, findings);
    }

    private static void Missing(PodSubject subject, NetworkSelectionElement element, RuleFindings findings)
    {
        var at = subject.Selection.PlaceOf(element, "name");
        string name = element.QualifiedName(subject.Pod.Namespace), suggestion = Elsewhere(subject, element);
        if (subject.Cluster!.KnowsAllDefinitions)
            findings.Error("MN-POD-022", at, $"there is no definition {name}", suggestion);
        else
            findings.Warning("MN-POD-022", at, $"the definition {name} is not among those given", suggestion);
    }

    // The same name in another namespace, or a similar one in this.
    private static string Elsewhere(PodSubject subject, NetworkSelectionElement element)
    {
        string ns = element.Namespace.Length == 0 ? subject.Pod.Namespace : element.Namespace;
        var names = new List<string>();
        foreach (var definition in subject.Cluster!.Definitions)
        {
            if (definition.Name == element.Name)
                return $"did you mean \"{definition.QualifiedName}\"?";
            if (definition.Namespace == ns)
                names.Add(definition.Name);
        }
        return EditDistance.Nearest(element.Name, [.. names]) is { } nearest ? $"did you mean \"{nearest}\"?" : "";
    }

    private static void CheckElement(
        PodSubject subject, NetworkSelectionElement element, NetworkAttachmentDefinition definition, HashSet<string> interfaces, RuleFindings findings)
    {
        if (subject.ConfigOf(definition) is { } config)
        {
            foreach (var problem in CapabilityRequirements.Check(element, config))
                findings.Error("MN-" + problem.Rule, subject.Selection.PlaceOf(element, problem.Path[(problem.Path.LastIndexOf('.') + 1)..]), Shortened.Text(problem.Message, 600));
        }
        CheckMayUse(subject, definition, subject.Selection.PlaceOf(element, "name"), findings);
        CheckNodeSelector(subject, element, definition, findings);
        if (!definition.HasConfig || LocatedValue.Parse(Encoding.UTF8.GetBytes(definition.Config!), new ProblemList(), "") is not { Kind: JsonValueKind.Object } root)
            return;
        var plugins = new DefinitionSubject(definition, root, subject.Options, null).Plugins;
        if (element.IpamClaimReference.Length > 0)
            CheckClaim(subject, element, plugins, findings);
        foreach (var plugin in plugins)
        {
            if (plugin.IpamType == "host-local" && plugin.Declares(Capability.Ips) && !plugin.Declares("ipRanges"))
                CheckAddresses(subject, element, plugin, findings);
            if (plugin.Type == "bond")
                CheckMembers(subject, element, plugin, interfaces, findings);
        }
    }

    /// <summary>MN-POD-023, 025: may the pod have the network, and will it still be there?</summary>
    public static void CheckMayUse(PodSubject subject, NetworkAttachmentDefinition definition, Place at, RuleFindings findings)
    {
        if (!new NamespaceGrant(definition).Allows(subject.Pod.Namespace, subject.Cluster!))
        {
            findings.Error(
                "MN-POD-025", at, $"the definition {definition.QualifiedName} is not for pods of namespace {subject.Pod.Namespace}",
                $"its annotations {AnnotationKeys.AllowedNamespaces} and {AnnotationKeys.AllowedNamespaceLabels} say for which");
        }
        if (subject.Cluster!.IsBeingDeleted(definition.Namespace, definition.Name))
            findings.Warning("MN-POD-023", at, $"the definition {definition.QualifiedName} is being deleted: the pod may find it gone");
    }

    // Only of plugins that are known for certain: who else reads claims tells nobody.
    private static void CheckClaim(PodSubject subject, NetworkSelectionElement element, IReadOnlyList<PluginSubject> plugins, RuleFindings findings)
    {
        const string Overlay = "ovn-k8s-cni-overlay", Switch = "allowPersistentIPs";
        var at = subject.Selection.PlaceOf(element, "ipam-claim-reference");
        foreach (var plugin in plugins)
        {
            if (plugin.Type == Overlay && plugin.Value.AnyCase(Switch) is not { Kind: JsonValueKind.True })
            {
                findings.Warning(
                    "MN-IPC-001", at, $"the network {element.Name} keeps no addresses for claims: {Quoted.Text(element.IpamClaimReference)} has no effect",
                    $"set \"{Switch}\": true in the definition");
            }
            if (!KnownPlugins.TryGet(plugin.Type, out _) || (plugin.IpamType.Length > 0 && !KnownPlugins.TryGetIpam(plugin.IpamType, out _)))
                return;
        }
        if (plugins.Count > 0)
        {
            findings.Warning(
                "MN-IPC-001", at, $"no plugin of the network {element.Name} reads IPAMClaims: {Quoted.Text(element.IpamClaimReference)} has no effect",
                "use a network whose plugin keeps addresses for claims, or ask for addresses with \"ips\"");
        }
    }

    private static void CheckAddresses(PodSubject subject, NetworkSelectionElement element, PluginSubject plugin, RuleFindings findings)
    {
        var sets = HostLocalRules.ReadSets(plugin, plugin.Ipam!, new RuleFindings([]));
        if (sets.Count == 0)
            return;
        foreach (var ip in element.Ips)
        {
            if (sets.Exists(set => set.Exists(range => range.Span.Contains(ip.Address) && !IsGateway(range, ip.Address))))
                continue;
            findings.Error(
                "MN-POD-027", subject.Selection.PlaceOf(element, "ips"), $"the network {element.Name} does not give out {ip.Address}: it is in none of its ranges, or their gateway",
                $"choose an address of {sets[0][0].Subnet}");
        }
    }

    private static bool IsGateway(HostLocalRange range, System.Net.IPAddress address)
    {
        string gateway = range.At.TextOf("gateway");
        return gateway.Length > 0
            ? IPText.TryParse(gateway, out var given) && given.Equals(address)
            : AddressSpan.NumberOf(address) == AddressSpan.Of(range.Subnet).First + 1;
    }

    private static void CheckMembers(PodSubject subject, NetworkSelectionElement element, PluginSubject bond, HashSet<string> interfaces, RuleFindings findings)
    {
        foreach (var (_, name) in BondLinks.InContainer(bond.Value))
        {
            if (!interfaces.Contains(name))
            {
                findings.Warning(
                    "MN-POD-040", subject.Selection.PlaceOf(element, "name"), $"the bond {element.Name} is made of {Quoted.Text(name)}, and no earlier element gets an interface of that name",
                    "put the members before the bond, with their names in \"interface\"");
            }
        }
    }

    private static void CheckNodeSelector(PodSubject subject, NetworkSelectionElement element, NetworkAttachmentDefinition definition, RuleFindings findings)
    {
        string selector = definition.Annotations.GetValueOrDefault(AnnotationKeys.NodeSelector) ?? "";
        foreach (var (key, value) in NodeSelectorAnnotation.Parse(selector) ?? [])
        {
            if (subject.Pod.NodeSelector.TryGetValue(key, out string? wanted) && wanted != value)
            {
                findings.Warning(
                    "MN-POD-032", subject.Selection.PlaceOf(element, "name"), $"the network {element.Name} is to be had on nodes with {Quoted.Text(selector)}, and the pod goes to others",
                    "change the pod's \"nodeSelector\"");
                return;
            }
        }
    }

    private static void CheckDevices(PodSubject subject, RuleFindings findings)
    {
        if (subject.Options.InjectsResources || subject.Pod.HasResourceClaims)
            return;
        var needed = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var element in subject.Selection.Elements)
        {
            if (subject.DefinitionOf(element)?.ResourceName is { Length: > 0 } resource)
                needed[resource] = needed.GetValueOrDefault(resource) + 1;
        }
        foreach (var (resource, count) in needed)
        {
            long asked = subject.Pod.Resources.GetValueOrDefault(resource);
            if (asked < count)
                findings.Warning("MN-POD-031", Place.Whole, $"the networks need {count} of {Quoted.Text(resource)}, and the containers ask for {asked}", $"set requests and limits to {count}");
        }
    }
}
