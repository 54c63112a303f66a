using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine.Output;
using MultiNet.Meta.CommandLine.Run;
using MultiNet.Meta.CommandLine.State;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Sources.Cluster;
using MultiNet.Meta.Status;

namespace MultiNet.Meta.CommandLine.HotPlug;

/// <summary><c>multinet check</c>: are the attachments of running pods as they were made? With <c>--repair</c> those that are not are made anew.</summary>
internal sealed class CheckCommand : ICommand
{
    /// <inheritdoc/>
    public CommandSyntax Syntax { get; } = new(
        "check", "check the attachments of running pods, and repair them",
        [
            .. SandboxChoice.Options,
            new("--repair", null, "detach and attach anew what is not as it was made"),
            new("--default-network", null, "with --repair: the cluster's default network, too"),
            .. NodeState.Options,
            OptionSyntax.Output,
        ])
    {
        Notes = "Exit code 1 where an attachment is not as it was made, and was not repaired.",
    };

    /// <inheritdoc/>
    public int Run(ParsedArguments arguments, CommandConsole console)
    {
        if (arguments.Has("--default-network") && !arguments.Has("--repair"))
            throw new MisuseException("--default-network goes with --repair only");
        var state = NodeState.Read(arguments);
        var chosen = SandboxChoice.Of(arguments, state);
        foreach (var (path, error) in state.Unreadable)
            console.Say($"passed over {path}: {error.Text}");
        var outcomes = new List<CheckOutcome>();
        var progress = new ProgressLines(console);
        foreach (var sandbox in chosen)
            outcomes.Add(Check(sandbox, state.Config, arguments, progress, console));
        if (arguments.WantsJson)
            JsonOutput.Write(console.Out, json => WriteJson(json, outcomes));
        else
            console.Out.Write(Summary(outcomes));
        return outcomes.TrueForAll(o => o.IsFine) ? ExitCode.Ok : ExitCode.No;
    }

    private static CheckOutcome Check(SandboxState sandbox, MetaConfig config, ParsedArguments arguments, ProgressLines progress, CommandConsole console)
    {
        progress.Pod = sandbox.Name;
        try
        {
            using var api = ClusterApi.Of(config);
            using var multiplexer = new Multiplexer(config, PodNetworkSources.Open(config, api), StatusSinks.Open(config, api), progress);
            var request = SandboxChoice.Request(sandbox);
            var drift = multiplexer.Drift(request);
            foreach (var item in drift)
                console.Say($"{sandbox.Name}: {item.Error.Text}");
            if (drift.Count == 0 || !arguments.Has("--repair"))
                return new CheckOutcome(sandbox, drift, null, null);
            try
            {
                // Looked at once more: between the two calls the runtime may have done something.
                var (_, change) = multiplexer.Repair(request, arguments.Has("--default-network"));
                return new CheckOutcome(sandbox, drift, change, null);
            }
            catch (CniException e)
            {
                console.Fail("check", e);
                return new CheckOutcome(sandbox, drift, null, e);
            }
        }
        catch (CniException e)
        {
            console.Fail("check", e);
            return new CheckOutcome(sandbox, [], null, e);
        }
    }

    private static string Summary(List<CheckOutcome> outcomes)
    {
        int drifted = outcomes.Sum(o => o.Drift.Count), repaired = outcomes.Sum(o => o.Drift.Count(o.IsRepaired));
        return $"{outcomes.Count} sandboxes, {drifted} attachments not as they were made, {repaired} repaired, {outcomes.Count(o => o.Error is not null)} sandboxes failed\n";
    }

    private static void WriteJson(Utf8JsonWriter json, List<CheckOutcome> outcomes)
    {
        json.WriteStartObject();
        json.WriteStartArray("sandboxes");
        foreach (var outcome in outcomes)
        {
            json.WriteStartObject();
            SandboxChoice.WriteNames(json, outcome.Sandbox.Journal);
            json.WriteStartArray("drift");
            foreach (var item in outcome.Drift)
            {
                json.WriteStartObject();
                json.WriteString("interface", item.Attachment.InterfaceName);
                json.WriteString("network", item.Attachment.DisplayName);
                json.WriteBoolean("repaired", outcome.IsRepaired(item));
                ErrorJson.Write(json, item.Error);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (outcome.Error is { } error)
                ErrorJson.Write(json, error);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
