using System.Text;
using MultiNet.Cni;
using MultiNet.Meta.CommandLine.Output;
using MultiNet.Meta.Planning;
using MultiNet.Meta.Sources;

namespace MultiNet.Meta.CommandLine.Plan;

/// <summary>Plans for people.</summary>
internal static class PlanText
{
    public static void Write(CommandConsole console, string origin, IReadOnlyList<(Pod Pod, AttachmentPlan? Plan, CniException? Error)> results)
    {
        foreach (var (pod, plan, error) in results)
        {
            console.Out.Write($"pod {pod.Namespace}/{pod.Name} ({pod.Origin})\n");
            if (plan is null)
            {
                console.Out.Write("  cannot be attached\n\n");
                console.Fail("plan", error!);
                continue;
            }
            Table(plan, origin).Write(console.Out, "  ");
            foreach (string warning in plan.Warnings)
                console.Out.Write($"  warning: {warning}\n");
            console.Out.Write("\n");
        }
        console.Out.Write(PluginChain.Legend + "\n");
    }

    private static TextTable Table(AttachmentPlan plan, string origin)
    {
        var table = new TextTable("INTERFACE", "NETWORK", "PLUGINS", "ASKED FOR", "DEFAULT ROUTE", "CONFIGURATION");
        foreach (var attachment in plan.Attachments)
        {
            table.Add(
                attachment.InterfaceName,
                attachment.DisplayName,
                PluginChain.Format(attachment.Plugins),
                AskedFor(attachment),
                Route(attachment.DefaultRoute),
                // "delegates[0]" alone says nothing without the file.
                attachment.Origin.StartsWith("delegates", StringComparison.Ordinal) ? $"{attachment.Origin} of {origin}" : attachment.Origin);
        }
        return table;
    }

    private static string AskedFor(PlannedAttachment attachment)
    {
        if (attachment.CapabilityArgs.Count == 0)
            return "-";
        var lines = new List<string>();
        foreach (var (capability, value) in attachment.CapabilityArgs)
        {
            string text = Encoding.UTF8.GetString(value.Span);
            lines.Add($"{capability}={(text.Length > 60 ? text[..60] + "..." : text)}");
        }
        return string.Join('\n', lines);
    }

    private static string Route(DefaultRoutePlan route)
    {
        if (route.IsKeep)
            return "as configured";
        var lines = new List<string>();
        foreach (var gateway in route.Gateways)
            lines.Add($"via {gateway}");
        if (route.RemoveIPv4 && !lines.Exists(l => l.Contains('.')))
            lines.Add("no IPv4");
        if (route.RemoveIPv6 && !lines.Exists(l => l.Contains(':')))
            lines.Add("no IPv6");
        return string.Join('\n', lines);
    }
}
