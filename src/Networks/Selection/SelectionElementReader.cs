using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Cni.Json;

namespace MultiNet.Networks;

/// <summary>Reads one element of the JSON form, telling every problem in it.</summary>
internal sealed partial class SelectionElementReader(ProblemList problems)
{
    /// <summary>Reads an element; null where it is no object.</summary>
    public NetworkSelectionElement? Read(LocatedValue value)
    {
        if (value.Kind != JsonValueKind.Object)
        {
            // Multus dies on [null].
            problems.Error("POD-002", value, $"expected an object such as {{\"name\": \"net1\"}}, found {value.Found}");
            return null;
        }
        CheckKeys(value, SelectionKeys.All, "POD-002");
        var element = new NetworkSelectionElement
        {
            Index = value.Index,
            Path = value.Path,
            Name = ReadName(value),
            Namespace = ReadNamespace(value),
            Interface = ReadInterface(value),
            Ips = ReadIps(value),
            Mac = ReadMac(value),
            InfinibandGuid = ReadInfinibandGuid(value),
            PortMappings = ReadPortMappings(value),
            Bandwidth = ReadBandwidth(value),
            DeviceId = ReadDeviceId(value),
            CniArgs = ReadCniArgs(value),
            DefaultRoute = ReadDefaultRoute(value),
            IpamClaimReference = ReadIpamClaimReference(value),
        };
        if (element.IpamClaimReference.Length > 0 && element.Ips.Count > 0)
        {
            problems.Error(
                "POD-017", value.AnyCase(SelectionKeys.IpamClaimReference)!,
                "an IPAM claim and fixed addresses (\"ips\") exclude each other; remove one of the two");
        }
        return element;
    }

    private string ReadName(LocatedValue value)
    {
        string name = ReadString(value, SelectionKeys.Name, "POD-003");
        var at = value.AnyCase(SelectionKeys.Name);
        if (at is null || (at.Kind == JsonValueKind.String && at.Text is ""))
            problems.Error("POD-003", at ?? value, "\"name\" is required: the name of a NetworkAttachmentDefinition");
        else if (name.Contains('/'))
            problems.Error("POD-003", at, $"{Quoted.Text(name)} holds '/'; in the JSON form the namespace has its own key, \"namespace\"");
        else if (name.Length > 0 && !KubernetesName.IsSubdomain(name))
            problems.Error("POD-003", at, $"{Quoted.Text(name)} is no network's name: {KubernetesName.SubdomainRule}");
        return name;
    }

    private string ReadNamespace(LocatedValue value)
    {
        string ns = ReadString(value, SelectionKeys.Namespace, "POD-005");
        if (ns.Length > 0 && !KubernetesName.IsLabel(ns))
        {
            problems.Error(
                "POD-005", value.AnyCase(SelectionKeys.Namespace)!, $"{Quoted.Text(ns)} is no namespace: {KubernetesName.LabelRule}");
        }
        return ns;
    }

    private string ReadInterface(LocatedValue value)
    {
        string name = ReadString(value, SelectionKeys.Interface, "POD-006");
        string old = ReadString(value, SelectionKeys.InterfaceRequest, "POD-006");
        string key = name.Length > 0 ? SelectionKeys.Interface : SelectionKeys.InterfaceRequest;
        if (name.Length > 0 && old.Length > 0 && name != old)
        {
            problems.Warning(
                "POD-006", value.AnyCase(SelectionKeys.InterfaceRequest)!,
                $"\"interfaceRequest\" is the old name of \"interface\"; {Quoted.Text(name)} is used, {Quoted.Text(old)} is not");
        }
        string chosen = name.Length > 0 ? name : old;
        if (chosen.Length > 0 && InterfaceNameRule.WhyInvalid(chosen) is { } why)
            problems.Error("POD-006", value.AnyCase(key)!, why);
        return chosen;
    }

    private string ReadDeviceId(LocatedValue value)
    {
        string id = ReadString(value, SelectionKeys.DeviceId, "POD-041");
        foreach (char c in id)
        {
            if (char.IsControl(c) || char.IsWhiteSpace(c))
            {
                problems.Error(
                    "POD-041", value.AnyCase(SelectionKeys.DeviceId)!,
                    $"{Quoted.Text(id)} is no device id: it holds white space; write e.g. \"0000:00:1f.6\"");
                break;
            }
        }
        return id;
    }

    private string ReadIpamClaimReference(LocatedValue value)
    {
        string claim = ReadString(value, SelectionKeys.IpamClaimReference, "POD-018");
        if (claim.Length > 0 && !KubernetesName.IsSubdomain(claim))
        {
            problems.Error(
                "POD-018", value.AnyCase(SelectionKeys.IpamClaimReference)!,
                $"{Quoted.Text(claim)} is no IPAMClaim's name: {KubernetesName.SubdomainRule}");
        }
        return claim;
    }

    private JsonFields ReadCniArgs(LocatedValue value)
    {
        if (value.AnyCase(SelectionKeys.CniArgs) is not { } at)
            return default;
        if (at.Kind == JsonValueKind.Object)
            return ReadObject(at);
        problems.Error("POD-019", at, $"expected an object such as {{\"key\": \"value\"}}, found {at.Found}");
        return default;
    }

    private JsonFields ReadObject(LocatedValue at)
    {
        var cniArgs = JsonFields.Parse(at.Raw, at.Path);
        try
        {
            cniArgs.Members();
            return cniArgs;
        }
        catch (CniException)
        {
            problems.Error("POD-019", at, "a key in it is not valid Unicode; an escape such as \\ud800 stands alone");
            return default;
        }
    }

    private string ReadString(LocatedValue value, string key, string rule)
    {
        if (value.AnyCase(key) is not { } at)
            return "";
        if (at.Kind == JsonValueKind.String && at.Text is { } text)
            return text;
        problems.Error(rule, at, $"expected a string, found {at.Found}");
        return "";
    }

    private List<LocatedValue> ReadArray(LocatedValue value, string key, string rule, string example)
    {
        var items = new List<LocatedValue>();
        if (value.AnyCase(key) is not { } at)
            return items;
        if (at.Kind == JsonValueKind.Array)
            items.AddRange(at.Children);
        else
            problems.Error(rule, at, $"expected a list such as {example}, found {at.Found}");
        return items;
    }

    /// <summary>
    /// Keys given twice, and keys without a dot that nobody knows: those names are reserved (NPWG v1.3, section 4.1.2.1).
    /// </summary>
    private void CheckKeys(LocatedValue value, ReadOnlySpan<string> known, string rule)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in value.Children)
        {
            string key = member.Key!;
            if (!seen.Add(key))
            {
                problems.Warning(
                    rule, member, $"the key {Quoted.Text(key)} is there twice (letter case does not count); the last one is used");
                continue;
            }
            if (key.Contains('.') || Contains(known, key))
                continue;
            string hint = !problems.IsFull && EditDistance.Nearest(key, known) is { } nearest
                ? $"is \"{nearest}\" meant?"
                : "an extension's key has a dot, as in \"example.com/key\"";
            problems.Warning(rule, member, $"the key {Quoted.Text(key)} is unknown and ignored; {hint}");
        }
    }

    private static bool Contains(ReadOnlySpan<string> known, string key)
    {
        foreach (string candidate in known)
        {
            if (string.Equals(candidate, key, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
