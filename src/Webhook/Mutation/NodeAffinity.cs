using System.Text.Json;
using MultiNet.Networks;
using MultiNet.Validation;

namespace MultiNet.Webhook.Mutation;

/// <summary>
/// Keeps a pod to the nodes that have its networks (<see cref="AnnotationKeys.NodeSelector"/>): their labels are demanded besides everything
/// that the pod demands itself, in each of the terms of which one must hold.
/// </summary>
internal static class NodeAffinity
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution", Terms = "nodeSelectorTerms", Expressions = "matchExpressions";

    /// <summary>Adds the operations.</summary>
    public static void Add(PodUnderMutation subject, List<PatchOperation> patch)
    {
        var spec = subject.Pod.At("spec");
        // One that has its node is not scheduled; the kubelet would refuse it for an affinity that does not hold.
        if (spec.At("nodeName").Text().Length > 0)
            return;
        var labels = Wanted(subject, spec.At("nodeSelector"));
        if (labels.Count == 0)
            return;
        string path = JsonPointer.Member("/spec", "affinity");
        var found = spec.At("affinity");
        foreach (string key in (string[])["nodeAffinity", Required])
        {
            if (found.ValueKind != JsonValueKind.Object)
            {
                patch.Add(new PatchOperation("add", path, Wrapped(key, labels)));
                return;
            }
            path = JsonPointer.Member(path, key);
            found = found.At(key);
        }
        if (found.ValueKind != JsonValueKind.Object)
            patch.Add(new PatchOperation("add", path, Wrapped(Terms, labels)));
        else
            AddToTerms(found.At(Terms), JsonPointer.Member(path, Terms), labels, patch);
    }

    // A term that is empty holds for no node, and is left so. Where there is no term, the API server refuses the pod.
    private static void AddToTerms(JsonElement terms, string path, SortedSet<(string Key, string Value)> labels, List<PatchOperation> patch)
    {
        int index = -1;
        foreach (var term in terms.Items())
        {
            index++;
            var expressions = term.At(Expressions);
            bool hasExpressions = expressions.ValueKind == JsonValueKind.Array && expressions.GetArrayLength() > 0;
            bool hasFields = term.At("matchFields") is { ValueKind: JsonValueKind.Array } fields && fields.GetArrayLength() > 0;
            if (!hasExpressions && !hasFields)
                continue;
            string at = JsonPointer.Member(JsonPointer.Element(path, index), Expressions);
            if (expressions.ValueKind != JsonValueKind.Array)
            {
                patch.Add(new PatchOperation("add", at, PatchValue.Of(json => WriteExpressions(json, labels))));
                continue;
            }
            foreach (var label in labels)
            {
                if (!Demands(expressions, label))
                    patch.Add(new PatchOperation("add", at + "/-", PatchValue.Of(json => WriteExpression(json, label))));
            }
        }
    }

    private static SortedSet<(string Key, string Value)> Wanted(PodUnderMutation subject, JsonElement nodeSelector)
    {
        var labels = new SortedSet<(string, string)>(Comparer<(string Key, string Value)>.Create(static (a, b) =>
            string.CompareOrdinal(a.Key, b.Key) is var order and not 0 ? order : string.CompareOrdinal(a.Value, b.Value)));
        foreach (var definition in subject.Definitions())
        {
            foreach (var (key, value) in NodeSelectorAnnotation.Parse(definition.Annotations.GetValueOrDefault(AnnotationKeys.NodeSelector)) ?? [])
            {
                if (nodeSelector.At(key) is not { ValueKind: JsonValueKind.String } own || own.Text() != value)
                    labels.Add((key, value));
            }
        }
        return labels;
    }

    private static bool Demands(JsonElement expressions, (string Key, string Value) label)
    {
        foreach (var expression in expressions.Items())
        {
            var values = expression.At("values");
            if (expression.At("key").Text() == label.Key && expression.At("operator").Text() == "In"
                && values.ValueKind == JsonValueKind.Array && values.GetArrayLength() == 1 && values[0].ValueKind == JsonValueKind.String && values[0].Text() == label.Value)
                return true;
        }
        return false;
    }

    // The value of "affinity" and of what is in it, down to one term.
    private static string Wrapped(string key, SortedSet<(string, string)> labels) => PatchValue.Of(json =>
    {
        string[] keys = ["nodeAffinity", Required, Terms];
        int from = Array.IndexOf(keys, key);
        foreach (string name in keys.AsSpan(from))
        {
            json.WriteStartObject();
            json.WritePropertyName(name);
        }
        json.WriteStartArray();
        json.WriteStartObject();
        json.WritePropertyName(Expressions);
        WriteExpressions(json, labels);
        json.WriteEndObject();
        json.WriteEndArray();
        for (int i = from; i < keys.Length; i++)
            json.WriteEndObject();
    });

    private static void WriteExpressions(Utf8JsonWriter json, SortedSet<(string, string)> labels)
    {
        json.WriteStartArray();
        foreach (var label in labels)
            WriteExpression(json, label);
        json.WriteEndArray();
    }

    private static void WriteExpression(Utf8JsonWriter json, (string Key, string Value) label)
    {
        json.WriteStartObject();
        json.WriteString("key", label.Key);
        json.WriteString("operator", "In");
        json.WriteStartArray("values");
        json.WriteStringValue(label.Value);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
