using System.Globalization;
using System.Text.Json;
using MultiNet.Networks;

namespace MultiNet.Validation;

/// <summary>Takes out of a pod what rules look at. What has another type than Kubernetes gives it is passed over.</summary>
public static class PodReader
{
    private const string VirtualKubelet = "virtual-kubelet";

    /// <summary>Reads a pod.</summary>
    /// <param name="pod">The object.</param>
    /// <param name="namespace">The request's namespace, for an object that names none.</param>
    public static PodUnderReview Read(JsonElement pod, string @namespace = "default")
    {
        var metadata = Member(pod, "metadata");
        string name = TextAt(metadata, "name");
        var read = new PodUnderReview
        {
            Namespace = TextAt(metadata, "namespace") is { Length: > 0 } own ? own : @namespace,
            Name = name.Length > 0 ? name : TextAt(metadata, "generateName") is { Length: > 0 } generated ? generated + "..." : "",
            Annotations = Texts(Member(metadata, "annotations")),
        };
        return WithSpec(read, Member(pod, "spec"));
    }

    /// <summary>A pod of which the metadata is known, with what <c>spec</c> says.</summary>
    public static PodUnderReview WithSpec(PodUnderReview pod, JsonElement spec)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var selector = Texts(Member(spec, "nodeSelector"));
        return pod with
        {
            HostNetwork = Member(spec, "hostNetwork").ValueKind == JsonValueKind.True,
            NodeSelector = selector,
            HostPorts = HostPortsOf(spec),
            Resources = ResourcesOf(spec),
            HasResourceClaims = Member(spec, "resourceClaims") is { ValueKind: JsonValueKind.Array } claims && claims.GetArrayLength() > 0,
            IsScheduled = TextAt(spec, "nodeName").Length > 0,
            PassedOver = WhyPassedOver(pod, spec, selector),
        };
    }

    private static string WhyPassedOver(PodUnderReview pod, JsonElement spec, Dictionary<string, string> selector)
    {
        if (pod.Annotations.ContainsKey(AnnotationKeys.MirrorPod))
            return "the pod mirrors a static pod, which its node has already";
        if (TextAt(Member(spec, "os"), "name") == "windows" || selector.GetValueOrDefault("kubernetes.io/os") == "windows")
            return "the pod is for nodes with Windows";
        return selector.GetValueOrDefault("type") == VirtualKubelet || selector.GetValueOrDefault("kubernetes.io/role") == VirtualKubelet
            ? "the pod is for nodes that are not real ones (virtual-kubelet)" : "";
    }

    private static List<(int, string)> HostPortsOf(JsonElement spec)
    {
        var ports = new List<(int, string)>();
        foreach (var container in Containers(spec))
        {
            foreach (var port in Items(container, "ports"))
            {
                if (Member(port, "hostPort") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int hostPort) && hostPort > 0)
                    ports.Add((hostPort, TextAt(port, "protocol") is { Length: > 0 } protocol ? protocol.ToLowerInvariant() : "tcp"));
            }
        }
        return ports;
    }

    private static Dictionary<string, long> ResourcesOf(JsonElement spec)
    {
        var resources = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var container in Containers(spec))
        {
            var wanted = Member(container, "resources");
            var amounts = Member(wanted, "limits") is { ValueKind: JsonValueKind.Object } limits ? limits : Member(wanted, "requests");
            if (amounts.ValueKind != JsonValueKind.Object)
                continue;
            foreach (var amount in amounts.EnumerateObject())
            {
                // Devices come in whole numbers.
                if (TryName(amount, out string resource) && TryCount(amount.Value, out long count))
                    resources[resource] = (long)Math.Min((ulong)resources.GetValueOrDefault(resource) + (ulong)count, long.MaxValue);
            }
        }
        return resources;
    }

    private static bool TryCount(JsonElement value, out long count)
    {
        count = 0;
        string? text = value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Text(value);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count);
    }

    private static IEnumerable<JsonElement> Containers(JsonElement spec)
    {
        foreach (string key in (string[])["containers", "initContainers"])
        {
            foreach (var container in Items(spec, key))
                yield return container;
        }
    }

    /// <summary>The items of a list under a key; none where there is no list.</summary>
    internal static IEnumerable<JsonElement> Items(JsonElement value, string key) =>
        Member(value, key) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : (IEnumerable<JsonElement>)[];

    /// <summary>A member of an object; undefined where there is none.</summary>
    internal static JsonElement Member(JsonElement value, string key) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(key, out var found) ? found : default;

    private static string TextAt(JsonElement value, string key) => Text(Member(value, key)) ?? "";

    /// <summary>The members of an object that are texts.</summary>
    internal static Dictionary<string, string> Texts(JsonElement value)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (value.ValueKind != JsonValueKind.Object)
            return texts;
        foreach (var member in value.EnumerateObject())
        {
            if (TryName(member, out string name) && Text(member.Value) is { } text)
                texts[name] = text;
        }
        return texts;
    }

    /// <summary>A text; null for anything else. Half a surrogate pair is JSON and no text.</summary>
    internal static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool TryName(JsonProperty member, out string name)
    {
        try
        {
            name = member.Name;
            return true;
        }
        catch (InvalidOperationException)
        {
            name = "";
            return false;
        }
    }
}
