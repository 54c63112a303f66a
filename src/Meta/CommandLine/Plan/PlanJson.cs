using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Meta.CommandLine.Output;
using MultiNet.Meta.Planning;
using MultiNet.Meta.Sources;

namespace MultiNet.Meta.CommandLine.Plan;

/// <summary>Plans for programs: docs/command-line.md describes the document.</summary>
internal static class PlanJson
{
    public static void Write(Utf8JsonWriter json, string origin, IReadOnlyList<(Pod Pod, AttachmentPlan? Plan, CniException? Error)> results)
    {
        json.WriteStartObject();
        json.WriteString("configuration", origin);
        json.WriteStartArray("pods");
        foreach (var (pod, plan, error) in results)
        {
            json.WriteStartObject();
            json.WriteString("namespace", pod.Namespace);
            json.WriteString("name", pod.Name);
            json.WriteString("origin", pod.Origin);
            if (error is not null)
                ErrorJson.Write(json, error);
            if (plan is not null)
                WritePlan(json, plan);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePlan(Utf8JsonWriter json, AttachmentPlan plan)
    {
        json.WriteStartArray("attachments");
        foreach (var attachment in plan.Attachments)
            WriteAttachment(json, attachment);
        json.WriteEndArray();
        json.WriteStartArray("warnings");
        foreach (string warning in plan.Warnings)
            json.WriteStringValue(warning);
        json.WriteEndArray();
    }

    private static void WriteAttachment(Utf8JsonWriter json, PlannedAttachment attachment)
    {
        json.WriteStartObject();
        json.WriteString("interface", attachment.InterfaceName);
        json.WriteString("network", attachment.DisplayName);
        json.WriteBoolean("default", attachment.IsDefault);
        json.WriteString("origin", attachment.Origin);
        json.WriteStartArray("plugins");
        foreach (var plugin in attachment.Plugins)
        {
            json.WriteStartObject();
            json.WriteString("type", plugin.Source.Type);
            json.WriteBoolean("builtin", plugin.Source.IsBuiltIn);
            if (plugin.Source.ExecutablePath is { } path)
                json.WriteString("path", path);
            json.WriteBoolean("ipam", plugin.IsIpam);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("args");
        foreach (var (key, value) in attachment.Args)
            json.WriteStringValue($"{key}={value}");
        json.WriteEndArray();
        json.WriteStartObject("capabilityArgs");
        foreach (var (capability, value) in attachment.CapabilityArgs)
        {
            json.WritePropertyName(capability);
            json.WriteRawValue(value.Span, skipInputValidation: true);
        }
        json.WriteEndObject();
        json.WriteStartObject("defaultRoute");
        json.WriteBoolean("removeIPv4", attachment.DefaultRoute.RemoveIPv4);
        json.WriteBoolean("removeIPv6", attachment.DefaultRoute.RemoveIPv6);
        json.WriteStartArray("gateways");
        foreach (var gateway in attachment.DefaultRoute.Gateways)
            json.WriteStringValue(gateway.ToString());
        json.WriteEndArray();
        json.WriteEndObject();
        if (attachment.DeviceInfo is { } deviceInfo)
            json.WriteString("deviceInfoFile", deviceInfo.Path);
        json.WriteBoolean("mayRunInParallel", attachment.MayRunInParallel);
        json.WritePropertyName("config");
        json.WriteRawValue(attachment.Config.Bytes.Span, skipInputValidation: true);
        json.WriteEndObject();
    }
}
