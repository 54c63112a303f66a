using System.Globalization;
using System.Text.Json;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine.Output;
using MultiNet.Meta.CommandLine.Run;
using MultiNet.Meta.Journal;
using MultiNet.Meta.Reconciling;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Sources.Cluster;

namespace MultiNet.Meta.CommandLine.State;

/// <summary><c>multinet reconcile</c>: releases what no living sandbox of the node owns.</summary>
internal sealed class ReconcileCommand : ICommand
{
    private const int DefaultGrace = 300;

    /// <inheritdoc/>
    public CommandSyntax Syntax { get; } = new(
        "reconcile", "release what no living sandbox of this node owns, as after a reboot",
        [
            .. NodeState.Options,
            new("--dry-run", null, "only print what would be released"),
            new("--grace", "SECONDS", $"how long something must have looked dead that may yet be starting (default {DefaultGrace})"),
            OptionSyntax.Output,
        ])
    {
        Notes = "Whatever may be alive is kept. Run it on the node itself: in a container neither its processes nor its namespaces are to be seen.\n"
            + "Exit code 1 where something could not be released or judged; it stays for the next try.",
    };

    /// <inheritdoc/>
    public int Run(ParsedArguments arguments, CommandConsole console)
    {
        var config = NodeState.ReadConfig(arguments);
        var path = (Environment.GetEnvironmentVariable("CNI_PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        using var api = ClusterApi.Of(config);
        var report = new Reconciler(config, PodNetworkSources.Open(config, api), path, Grace(arguments), arguments.Has("--dry-run"), new ProgressLines(console)).Run();
        if (arguments.WantsJson)
            JsonOutput.Write(console.Out, json => WriteJson(json, report));
        else
            WriteText(console.Out, report);
        foreach (var failure in report.Failures)
            console.Fail("reconcile", failure);
        return report.Failures.Count == 0 ? ExitCode.Ok : ExitCode.No;
    }

    private static TimeSpan Grace(ParsedArguments arguments)
    {
        string text = arguments.Value("--grace") ?? "";
        if (text.Length == 0)
            return TimeSpan.FromSeconds(DefaultGrace);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds <= 86400
            ? TimeSpan.FromSeconds(seconds)
            : throw new MisuseException($"--grace {text}: expected whole seconds, 0 to 86400");
    }

    private static void WriteText(TextWriter output, ReconcileReport report)
    {
        string verb = report.DryRun ? "would release" : "released";
        foreach (var (journal, reason) in report.Released)
            output.Write($"{verb} {Name(journal)}: {string.Join(", ", journal.Attachments.Select(a => $"{a.DisplayName} on {a.InterfaceName}"))} ({reason})\n");
        foreach (var item in report.Reservations)
            output.Write($"{verb} address {item.Address} of network {item.Network} (container {Short(item.ContainerId)} {item.InterfaceName})\n");
        foreach (var item in report.Records)
            output.Write($"{verb} what {item.Plugin} holds of network {item.Network} (container {Short(item.ContainerId)} {item.InterfaceName})\n");
        foreach (var (journal, reason) in report.InDoubt)
            output.Write($"kept {Name(journal)}: {reason}\n");
        output.Write($"{report.Sandboxes} sandboxes; {verb} {report.Released.Count} of them, {report.Reservations.Count} addresses and {report.Records.Count} records of nobody; "
            + $"kept in doubt {report.InDoubt.Count} and {report.UnownedInDoubt}\n");
    }

    private static string Name(SandboxJournal journal) => journal.Pod?.ToString() ?? journal.ContainerId;

    private static string Short(string containerId) => containerId.Length > 12 ? containerId[..12] : containerId;

    private static void WriteJson(Utf8JsonWriter json, ReconcileReport report)
    {
        json.WriteStartObject();
        json.WriteBoolean("dryRun", report.DryRun);
        json.WriteStartObject("counts");
        json.WriteNumber("sandboxes", report.Sandboxes);
        json.WriteNumber("releasedSandboxes", report.Released.Count);
        json.WriteNumber("releasedAttachments", report.Released.Sum(r => r.Journal.Attachments.Count(a => !a.Released)));
        json.WriteNumber("releasedReservations", report.Reservations.Count);
        json.WriteNumber("releasedRecords", report.Records.Count);
        json.WriteNumber("keptSandboxes", report.InDoubt.Count);
        json.WriteNumber("keptUnowned", report.UnownedInDoubt);
        json.WriteNumber("failures", report.Failures.Count);
        json.WriteEndObject();
        WriteSandboxes(json, "released", report.Released);
        WriteSandboxes(json, "kept", report.InDoubt);
        json.WriteStartArray("reservations");
        foreach (var item in report.Reservations)
        {
            json.WriteStartObject();
            json.WriteString("network", item.Network);
            json.WriteString("address", item.Address.ToString());
            json.WriteString("containerId", item.ContainerId);
            json.WriteString("interface", item.InterfaceName);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("records");
        foreach (var item in report.Records)
        {
            json.WriteStartObject();
            json.WriteString("plugin", item.Plugin);
            json.WriteString("network", item.Network);
            json.WriteString("containerId", item.ContainerId);
            json.WriteString("interface", item.InterfaceName);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("failures");
        foreach (var failure in report.Failures)
        {
            json.WriteStartObject();
            ErrorJson.Write(json, failure);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSandboxes(Utf8JsonWriter json, string key, List<(SandboxJournal Journal, string Reason)> sandboxes)
    {
        json.WriteStartArray(key);
        foreach (var (journal, reason) in sandboxes)
        {
            json.WriteStartObject();
            SandboxChoice.WriteNames(json, journal);
            json.WriteString("reason", reason);
            json.WriteStartArray("networks");
            foreach (var attachment in journal.Attachments)
                json.WriteStringValue(attachment.DisplayName);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
