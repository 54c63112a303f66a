using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Meta.CommandLine.Output;

namespace MultiNet.Meta.CommandLine.Run;

/// <summary>What became of the pods: as tables, and as JSON.</summary>
internal static class PodReport
{
    public static void WriteText(CommandConsole console, IReadOnlyList<AttachedPod> pods)
    {
        foreach (var pod in pods)
        {
            if (pod.Error is not null)
                continue;
            console.Out.Write($"\npod {pod.Sandbox}: {pod.Attachments.Count} networks in {pod.Took.TotalMilliseconds:0.0} ms\n");
            var table = new TextTable("INTERFACE", "NETWORK", "ADDRESSES", "MAC", "GATEWAY", "PLUGINS", "MS");
            foreach (var network in pod.Attachments)
            {
                var facts = InterfaceFacts.Of(network.Result, network.Attachment.InterfaceName);
                table.Add(
                    network.Attachment.InterfaceName,
                    network.Attachment.DisplayName,
                    OrDash(facts.Addresses),
                    facts.Mac.Length > 0 ? facts.Mac : "-",
                    OrDash(facts.Gateways),
                    PluginChain.Format(network.Attachment.Plugins),
                    $"{network.Took.TotalMilliseconds:0.0}");
            }
            table.Write(console.Out, "  ");
        }
        if (pods.Any(p => p.Error is null))
            console.Out.Write("\n" + PluginChain.Legend + "\n");
    }

    public static void WriteJson(CommandConsole console, IReadOnlyList<AttachedPod> pods) =>
        JsonOutput.Write(console.Out, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("pods");
            foreach (var pod in pods)
                WritePod(json, pod);
            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static void WritePod(Utf8JsonWriter json, AttachedPod pod)
    {
        json.WriteStartObject();
        json.WriteString("namespace", pod.Sandbox.Namespace);
        json.WriteString("name", pod.Sandbox.Name);
        json.WriteString("containerId", pod.Sandbox.ContainerId);
        json.WriteString("netns", pod.Sandbox.NetNs);
        json.WriteNumber("milliseconds", Math.Round(pod.Took.TotalMilliseconds, 3));
        if (pod.Error is not null)
            ErrorJson.Write(json, pod.Error);
        json.WriteStartArray("attachments");
        foreach (var network in pod.Attachments)
        {
            var facts = InterfaceFacts.Of(network.Result, network.Attachment.InterfaceName);
            json.WriteStartObject();
            json.WriteString("interface", network.Attachment.InterfaceName);
            json.WriteString("network", network.Attachment.DisplayName);
            json.WriteBoolean("default", network.Attachment.IsDefault);
            WriteList(json, "addresses", facts.Addresses);
            json.WriteString("mac", facts.Mac);
            json.WriteNumber("mtu", facts.Mtu);
            WriteList(json, "gateways", facts.Gateways);
            json.WriteString("plugins", PluginChain.Format(network.Attachment.Plugins));
            json.WriteNumber("milliseconds", Math.Round(network.Took.TotalMilliseconds, 3));
            json.WritePropertyName("result");
            json.WriteRawValue(CniResultWriter.WriteCompact(network.Result, CniVersion.Latest), skipInputValidation: true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static string OrDash(IReadOnlyList<string> values) => values.Count == 0 ? "-" : string.Join('\n', values);
}
