using System.Text.Json;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine.Output;
using MultiNet.Meta.CommandLine.Run;
using MultiNet.Meta.Journal;

namespace MultiNet.Meta.CommandLine.State;

/// <summary><c>multinet status</c>: which sandboxes have what.</summary>
internal sealed class StatusCommand : ICommand
{
    /// <inheritdoc/>
    public CommandSyntax Syntax { get; } = new(
        "status", "print the sandboxes of this node with their attachments", [.. NodeState.Options, OptionSyntax.Output])
    {
        Notes = "Exit code 1 where a sandbox is left behind (its network namespace is gone) or a journal cannot be read;\n\"gc\" releases what was left behind.",
    };

    /// <inheritdoc/>
    public int Run(ParsedArguments arguments, CommandConsole console)
    {
        var state = NodeState.Read(arguments);
        if (arguments.WantsJson)
            JsonOutput.Write(console.Out, json => WriteJson(json, state));
        else
            WriteText(console, state);
        bool fine = state.Unreadable.Count == 0 && !state.Sandboxes.Any(s => s.IsOrphan);
        return fine ? ExitCode.Ok : ExitCode.No;
    }

    private static void WriteText(CommandConsole console, NodeState state)
    {
        if (state.Sandboxes.Count == 0)
            console.Out.Write($"no sandbox is attached (state in {state.Config.StateDir})\n");
        foreach (var sandbox in state.Sandboxes)
        {
            console.Out.Write($"{sandbox.Name}  {sandbox.Text}\n");
            var table = new TextTable("INTERFACE", "NETWORK", "ADDRESSES", "MAC", "GATEWAY", "PLUGINS", "MS");
            foreach (var attachment in sandbox.Journal.Attachments)
                AddRow(table, attachment);
            table.Write(console.Out, "  ");
        }
        foreach (var (path, error) in state.Unreadable)
            console.Out.Write($"{path}  cannot be read: {error.Text}\n");
    }

    private static void AddRow(TextTable table, JournalAttachment attachment)
    {
        if (attachment.Result is null || attachment.Released)
        {
            table.Add(attachment.InterfaceName, attachment.DisplayName, attachment.Released ? "released" : "no result", "-", "-", Plugins(attachment), "-");
            return;
        }
        var facts = InterfaceFacts.Of(attachment.Result, attachment.InterfaceName);
        table.Add(
            attachment.InterfaceName,
            attachment.DisplayName,
            facts.Addresses.Count == 0 ? "-" : string.Join('\n', facts.Addresses),
            facts.Mac.Length == 0 ? "-" : facts.Mac,
            facts.Gateways.Count == 0 ? "-" : string.Join('\n', facts.Gateways),
            Plugins(attachment),
            $"{attachment.Milliseconds:0.0}");
    }

    private static string Plugins(JournalAttachment attachment) => string.Join(", ", attachment.Plugins);

    private static void WriteJson(Utf8JsonWriter json, NodeState state)
    {
        json.WriteStartObject();
        json.WriteString("stateDir", state.Config.StateDir);
        json.WriteStartArray("sandboxes");
        foreach (var sandbox in state.Sandboxes)
            WriteSandbox(json, sandbox);
        json.WriteEndArray();
        json.WriteStartArray("unreadable");
        foreach (var (path, error) in state.Unreadable)
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            ErrorJson.Write(json, error);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSandbox(Utf8JsonWriter json, SandboxState sandbox)
    {
        json.WriteStartObject();
        SandboxChoice.WriteNames(json, sandbox.Journal);
        json.WriteString("netns", sandbox.Journal.NetNs);
        json.WriteString("state", sandbox.Key);
        json.WriteString("created", sandbox.Journal.Created.ToString("O"));
        json.WriteStartArray("attachments");
        foreach (var attachment in sandbox.Journal.Attachments)
        {
            json.WriteStartObject();
            json.WriteString("interface", attachment.InterfaceName);
            json.WriteString("network", attachment.DisplayName);
            json.WriteBoolean("released", attachment.Released);
            if (attachment.Attaching || attachment.Detaching)
                json.WriteString("unfinished", attachment.Attaching ? "attaching" : "detaching");
            json.WriteStartArray("plugins");
            foreach (string plugin in attachment.Plugins)
                json.WriteStringValue(plugin);
            json.WriteEndArray();
            json.WriteNumber("milliseconds", attachment.Milliseconds);
            if (attachment.Result is { } result)
            {
                json.WritePropertyName("result");
                json.WriteRawValue(Cni.CniResultWriter.WriteCompact(result, Cni.CniVersion.Latest), skipInputValidation: true);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
