using System.Globalization;
using System.Text.Json;
using MultiNet.Networks;

namespace MultiNet.Webhook.Mutation;

/// <summary>
/// Has the first container ask for the devices of the pod's networks (<see cref="AnnotationKeys.ResourceName"/>): as many as there are
/// attachments, less what containers ask for already. The device plugin gives out what containers ask for, to the pod as a whole.
/// </summary>
internal static class DeviceRequests
{
    /// <summary>Adds the operations.</summary>
    public static void Add(PodUnderMutation subject, List<PatchOperation> patch)
    {
        var spec = subject.Pod.At("spec");
        // Devices of claims need no requests, and which claims are for networks is not known here.
        if (spec.At("resourceClaims") is { ValueKind: JsonValueKind.Array } claims && claims.GetArrayLength() > 0)
            return;
        var containers = spec.At("containers");
        if (containers.ValueKind != JsonValueKind.Array || containers.GetArrayLength() == 0 || containers[0].ValueKind != JsonValueKind.Object)
            return;
        var wanted = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (resource, count) in Needed(subject))
        {
            if (Asked(spec, resource) is { } asked && asked < count)
                wanted[resource] = (AmountOf(containers[0], resource) ?? 0) + count - asked;
        }
        if (wanted.Count > 0)
            Write(containers[0].At("resources"), wanted, patch);
    }

    private static Dictionary<string, long> Needed(PodUnderMutation subject)
    {
        var needed = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var definition in subject.Definitions())
        {
            string resource = definition.ResourceName;
            // What the API server would refuse in a container is not put there; "kubernetes.io/" are its own.
            if (resource.Contains('/') && KubernetesName.IsQualified(resource) && !resource.Contains("kubernetes.io/", StringComparison.Ordinal)
                && !resource.StartsWith("requests.", StringComparison.Ordinal))
                needed[resource] = needed.GetValueOrDefault(resource) + 1;
        }
        return needed;
    }

    // What all containers that run together ask for; null where an amount is no whole number, of which nothing is known.
    private static long? Asked(JsonElement spec, string resource)
    {
        long sum = 0;
        foreach (var container in spec.At("containers").Items())
        {
            if (AmountOf(container, resource) is not { } amount)
                return null;
            sum += amount;
        }
        foreach (var container in spec.At("initContainers").Items())
        {
            if (container.At("restartPolicy").Text() != "Always")
                continue;
            if (AmountOf(container, resource) is not { } amount)
                return null;
            sum += amount;
        }
        return sum;
    }

    private static long? AmountOf(JsonElement container, string resource)
    {
        var resources = container.At("resources");
        var amount = resources.At("limits").At(resource) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } limit ? limit : resources.At("requests").At(resource);
        if (amount.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return 0;
        string text = amount.ValueKind == JsonValueKind.Number ? amount.GetRawText() : amount.Text();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : null;
    }

    private static void Write(JsonElement resources, SortedDictionary<string, long> wanted, List<PatchOperation> patch)
    {
        string path = JsonPointer.Member(JsonPointer.Element("/spec/containers", 0), "resources");
        if (resources.ValueKind != JsonValueKind.Object)
        {
            string amounts = PatchValue.Of(json => WriteAmounts(json, wanted));
            patch.Add(new PatchOperation("add", path, $$"""{"limits":{{amounts}},"requests":{{amounts}}}"""));
            return;
        }
        foreach (string kind in (string[])["limits", "requests"])
        {
            string at = JsonPointer.Member(path, kind);
            if (resources.At(kind).ValueKind != JsonValueKind.Object)
            {
                patch.Add(new PatchOperation("add", at, PatchValue.Of(json => WriteAmounts(json, wanted))));
                continue;
            }
            foreach (var (resource, amount) in wanted)
                patch.Add(new PatchOperation("add", JsonPointer.Member(at, resource), PatchValue.Of(json => json.WriteStringValue(amount.ToString(CultureInfo.InvariantCulture)))));
        }
    }

    private static void WriteAmounts(Utf8JsonWriter json, SortedDictionary<string, long> wanted)
    {
        json.WriteStartObject();
        foreach (var (resource, amount) in wanted)
            json.WriteString(resource, amount.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }
}
