using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Hosting.Logging;
using MultiNet.Webhook.Admission;

namespace MultiNet.Webhook.Logging;

/// <summary>A line for each refusal: who wanted what, and which rules were against it. Nothing of the object, which may hold secrets.</summary>
internal static class ReviewLog
{
    private const int LongestText = 256, LongestRules = 1024;

    /// <summary>Writes the line.</summary>
    public static void Denied(DaemonLog log, AdmissionRequest request, AdmissionDecision decision, TimeSpan took) =>
        log.Write(DaemonLogLevel.Info, "denied", json =>
        {
            Text(json, "uid", request.Uid);
            Text(json, "user", request.User);
            Text(json, "kind", request.Kind);
            Text(json, "object", $"{request.Namespace}/{request.Name}");
            Text(json, "operation", request.Operation);
            json.WriteBoolean("dryRun", request.DryRun);
            json.WriteString("rules", Shortened.Text(string.Join(',', decision.Rules()), LongestRules));
            json.WriteNumber("ms", Math.Round(took.TotalMilliseconds, 3));
        });

    private static void Text(Utf8JsonWriter json, string name, string value) => json.WriteString(name, Shortened.Text(value, LongestText));
}
