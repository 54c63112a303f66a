using System.Buffers;
using System.Text;
using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Validation;
using MultiNet.Webhook.Mutation;

namespace MultiNet.Webhook.Admission;

/// <summary>Writes the answer: an AdmissionReview with a response, of bounded length.</summary>
internal static class AdmissionReviewWriter
{
    // What the API server passes on: 256 characters of each warning, 4096 of all.
    private const int LongestWarning = 256, MostWarnings = 10;
    private const int LongestCause = 1024, MostCauses = 32, LongestMessage = 1024, LongestAnnotation = 1024;

    /// <summary>Writes it.</summary>
    public static void Write(IBufferWriter<byte> output, AdmissionRequest request, AdmissionDecision decision)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("apiVersion", AdmissionReviewReader.ApiVersion);
        json.WriteString("kind", AdmissionReviewReader.Kind);
        json.WriteStartObject("response");
        json.WriteString("uid", request.Uid);
        json.WriteBoolean("allowed", decision.IsAllowed);
        if (!decision.IsAllowed)
            WriteStatus(json, request, decision);
        WriteWarnings(json, decision.Warnings);
        WritePatch(json, decision.Patch);
        WriteAudit(json, decision);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // kubectl prints the causes of what is invalid, and the message of what is forbidden.
    private static void WriteStatus(Utf8JsonWriter json, AdmissionRequest request, AdmissionDecision decision)
    {
        json.WriteStartObject("status");
        json.WriteString("status", "Failure");
        json.WriteNumber("code", decision.IsForbidden ? 403 : 422);
        json.WriteString("reason", decision.IsForbidden ? "Forbidden" : "Invalid");
        json.WriteString("message", Message(decision.Errors));
        json.WriteStartObject("details");
        json.WriteString("name", request.Name);
        json.WriteString("group", request.Group);
        json.WriteString("kind", request.Kind);
        json.WriteStartArray("causes");
        for (int i = 0; i < decision.Errors.Count && i < MostCauses; i++)
        {
            var error = decision.Errors[i];
            json.WriteStartObject();
            json.WriteString("reason", "FieldValueInvalid");
            json.WriteString("field", Shortened.Text(error.Line > 0 ? $"{error.FullPath} (line {error.Line}, column {error.Column})" : error.FullPath, LongestCause));
            json.WriteString("message", $"{Shortened.Text(error.Text, LongestCause)} [{error.Rule}]");
            json.WriteEndObject();
        }
        if (decision.Errors.Count > MostCauses)
        {
            json.WriteStartObject();
            json.WriteString("reason", "FieldValueInvalid");
            json.WriteString("field", "");
            json.WriteString("message", More(decision.Errors.Count - MostCauses));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Message(IReadOnlyList<Finding> errors)
    {
        var text = new StringBuilder();
        for (int i = 0; i < errors.Count; i++)
        {
            string line = errors[i].ToString();
            if (i > 0 && text.Length + line.Length > LongestMessage)
                return text.Append("; ").Append(More(errors.Count - i)).ToString();
            text.Append(i > 0 ? "; " : "").Append(Shortened.Text(line, LongestMessage));
        }
        return text.ToString();
    }

    private static void WriteWarnings(Utf8JsonWriter json, IReadOnlyList<Finding> warnings)
    {
        if (warnings.Count == 0)
            return;
        json.WriteStartArray("warnings");
        for (int i = 0; i < warnings.Count && i < MostWarnings; i++)
            json.WriteStringValue(Warning(warnings[i].ToString()));
        if (warnings.Count > MostWarnings)
            json.WriteStringValue(Warning(More(warnings.Count - MostWarnings)));
        json.WriteEndArray();
    }

    /// <summary>A text as a warning header takes it: one line, no control characters, at most 256 characters.</summary>
    internal static string Warning(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, LongestWarning));
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > LongestWarning - 3 && text.Length > LongestWarning)
                return line.Append("...").ToString();
            line.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }
        return line.ToString();
    }

    private static void WritePatch(Utf8JsonWriter json, IReadOnlyList<PatchOperation> operations)
    {
        if (operations.Count == 0)
            return;
        var patch = new ArrayBufferWriter<byte>(512);
        using (var inner = new Utf8JsonWriter(patch))
        {
            inner.WriteStartArray();
            foreach (var operation in operations)
            {
                inner.WriteStartObject();
                inner.WriteString("op", operation.Op);
                inner.WriteString("path", operation.Path);
                if (operation.Value.Length > 0)
                {
                    inner.WritePropertyName("value");
                    inner.WriteRawValue(operation.Value);
                }
                inner.WriteEndObject();
            }
            inner.WriteEndArray();
        }
        json.WriteString("patchType", "JSONPatch");
        json.WriteBase64String("patch", patch.WrittenSpan);
    }

    private static void WriteAudit(Utf8JsonWriter json, AdmissionDecision decision)
    {
        json.WriteStartObject("auditAnnotations");
        json.WriteString("decision", decision.Word);
        if (decision.Rules() is { Count: > 0 } rules)
            json.WriteString("rules", Shortened.Text(string.Join(',', rules), LongestAnnotation));
        if (decision.Relaxed.Length > 0)
            json.WriteString("relaxed", decision.Relaxed);
        if (decision.Skipped.Count > 0)
            json.WriteString("skipped", Shortened.Text(string.Join("; ", decision.Skipped), LongestAnnotation));
        json.WriteEndObject();
    }

    private static string More(int count) => $"and {count} more: run \"multinet lint\" on the file to see all";
}
