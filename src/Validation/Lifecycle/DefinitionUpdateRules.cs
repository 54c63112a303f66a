using System.Net;
using MultiNet.Cni;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>MN-UPD: what changes in a definition that pods use.</summary>
internal sealed class DefinitionUpdateRules : RuleSet<DefinitionUpdate>
{
    protected override void Check(DefinitionUpdate subject, RuleFindings findings)
    {
        CheckAnnotations(subject, findings);
        if (!subject.ChangesConfig)
            return;
        findings.Warning(
            "MN-UPD-001", Place.Whole, $"{subject.Pods.UseTheNetwork}, and what stands stays as it is", "make the pods anew to change them");
        if (DefinitionUpdate.Read(subject.Old) is { } old && DefinitionUpdate.Read(subject.Definition) is { } definition)
        {
            CheckIdentity(subject, old, definition, findings);
            CheckPools(subject, findings);
        }
    }

    private static void CheckIdentity(DefinitionUpdate subject, DefinitionSubject old, DefinitionSubject definition, RuleFindings findings)
    {
        var (before, after) = (First(old), First(definition));
        Compare(old.NetworkName, definition.NetworkName, "name", definition.Root.AnyCase("name") ?? definition.Root);
        if (before is null || after is null)
            return;
        Compare(before.Type, after.Type, "type", after.Value.AnyCase("type") ?? after.Value);
        Compare(before.IpamType, after.IpamType, "ipam.type", after.Ipam?.AnyCase("type") ?? after.Value);
        if (before.IpamType == "host-local" && after.IpamType == "host-local")
            Compare(SubnetsOf(before), SubnetsOf(after), "ipam subnets", after.Ipam!.AnyCase("subnet") ?? after.Ipam!.AnyCase("ranges") ?? after.Ipam!);

        void Compare(string was, string becomes, string what, LocatedValue at)
        {
            if (was != becomes)
            {
                findings.Warning(
                    "MN-UPD-002", at, $"{what} changes from {Shown(was)} to {Shown(becomes)} while {subject.Pods.UseTheNetwork}: it becomes another one",
                    "make a definition of another name for it");
            }
        }
    }

    private static string Shown(string value) => value.Length == 0 ? "none" : Quoted.Text(value);

    private static PluginSubject? First(DefinitionSubject subject) => subject.Plugins.Count > 0 ? subject.Plugins[0] : null;

    private static string SubnetsOf(PluginSubject plugin)
    {
        var subnets = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var set in HostLocalRules.ReadSets(plugin, plugin.Ipam!, new RuleFindings([])))
        {
            foreach (var range in set)
                subnets.Add(range.Subnet.ToString());
        }
        return string.Join(", ", subnets);
    }

    // Who holds an address that the network gave out, and will not give out any more?
    private static void CheckPools(DefinitionUpdate subject, RuleFindings findings)
    {
        var before = DefinitionFootprint.Of(subject.Old)?.Addresses ?? [];
        var after = DefinitionFootprint.Of(subject.Definition)?.Addresses ?? [];
        if (before.Count == 0 || after.Count == 0)
            return;
        foreach (var held in subject.Held)
        {
            foreach (string ip in held.Ips)
            {
                if (!IPText.TryParse(ip, out var address) || !Hold(before, address) || Hold(after, address))
                    continue;
                findings.Warning(
                    "MN-UPD-003", after[0].At, $"{held.Namespace}/{held.Pod} has {ip}, which is in no range any more", "keep the range, or delete the pod first");
                if (findings.IsFull)
                    return;
            }
        }
    }

    private static bool Hold(IReadOnlyList<(AddressSpan Span, LocatedValue At)> pools, IPAddress address)
    {
        foreach (var (span, _) in pools)
        {
            if (span.Contains(address))
                return true;
        }
        return false;
    }

    private static void CheckAnnotations(DefinitionUpdate subject, RuleFindings findings)
    {
        foreach (string key in (ReadOnlySpan<string>)[AnnotationKeys.ResourceName, AnnotationKeys.NodeSelector])
        {
            string was = subject.Old.Annotations.GetValueOrDefault(key) ?? "", becomes = subject.Definition.Annotations.GetValueOrDefault(key) ?? "";
            if (was != becomes)
            {
                findings.Warning(
                    "MN-UPD-004", Place.Whole, $"it changes from {Shown(was)} to {Shown(becomes)} while {subject.Pods.UseTheNetwork}",
                    "pods that are there keep their devices and nodes", $"metadata.annotations[{key}]");
            }
        }
    }
}
