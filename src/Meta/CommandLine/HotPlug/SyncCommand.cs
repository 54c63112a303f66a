using System.Text.Json;
using MultiNet.Cni;
using MultiNet.Meta.CommandLine.Arguments;
using MultiNet.Meta.CommandLine.Output;
using MultiNet.Meta.CommandLine.Run;
using MultiNet.Meta.CommandLine.State;
using MultiNet.Meta.Configuration;
using MultiNet.Meta.Devices;
using MultiNet.Meta.Sources;
using MultiNet.Meta.Sources.Cluster;
using MultiNet.Meta.Status;

namespace MultiNet.Meta.CommandLine.HotPlug;

/// <summary><c>multinet sync</c>: plugs and unplugs the networks of running pods as their annotations ask for now.</summary>
internal sealed class SyncCommand : ICommand
{
    /// <inheritdoc/>
    public CommandSyntax Syntax { get; } = new(
        "sync", "attach and detach networks of running pods as their annotations ask for now",
        [.. SandboxChoice.Options, .. NodeState.Options, OptionSyntax.Output])
    {
        Notes = "The cluster's default network and the configured defaultNetworks stay as they are. What is the same stays untouched:\n"
            + "the same definition with the same request on the same interface; a definition that was edited is no change.\n"
            + "Exit code 1 where a sandbox could not be brought to what its pod asks for; what stood there stays.",
    };

    /// <inheritdoc/>
    public int Run(ParsedArguments arguments, CommandConsole console)
    {
        var state = NodeState.Read(arguments);
        var chosen = SandboxChoice.Of(arguments, state);
        var outcomes = new List<SyncOutcome>();
        foreach (var (path, error) in state.Unreadable)
            console.Say($"passed over {path}: {error.Text}");
        var progress = new ProgressLines(console);
        foreach (var sandbox in chosen)
            outcomes.Add(Sync(sandbox, state.Config, progress, console));
        if (arguments.WantsJson)
            JsonOutput.Write(console.Out, json => WriteJson(json, outcomes));
        else
            console.Out.Write(Summary(outcomes));
        return outcomes.Exists(o => o.Error is not null) ? ExitCode.No : ExitCode.Ok;
    }

    // A multiplexer for each, and with a cluster a connection: its time is that of one call. A socket keeps its namespace alive, and a pod that ends meanwhile should end.
    private static SyncOutcome Sync(SandboxState sandbox, MetaConfig config, ProgressLines progress, CommandConsole console)
    {
        progress.Pod = sandbox.Name;
        try
        {
            using var api = ClusterApi.Of(config);
            var source = PodNetworkSources.Open(config, api)
                ?? throw new CniException(
                    CniErrorCode.InvalidNetworkConfig, "the configuration names no source of pods", "set \"manifestDir\" or \"kubeconfig\"; --config names the file");
            using var multiplexer = new Multiplexer(config, source, StatusSinks.Open(config, api), progress, DeviceSources.Of(config, api));
            var change = multiplexer.Sync(SandboxChoice.Request(sandbox));
            foreach (string warning in change.Warnings)
                console.Say($"{sandbox.Name}: {warning}");
            return new SyncOutcome(sandbox, change, null);
        }
        catch (CniException e)
        {
            console.Fail("sync", e);
            return new SyncOutcome(sandbox, null, e);
        }
    }

    private static string Summary(List<SyncOutcome> outcomes)
    {
        int failed = outcomes.Count(o => o.Error is not null), changed = outcomes.Count(o => o.Change is { IsNone: false });
        int attached = outcomes.Sum(o => o.Change?.Attached.Count ?? 0), detached = outcomes.Sum(o => o.Change?.Detached.Count ?? 0);
        return $"{outcomes.Count} sandboxes, {changed} changed ({attached} networks attached, {detached} detached), {failed} failed\n";
    }

    private static void WriteJson(Utf8JsonWriter json, List<SyncOutcome> outcomes)
    {
        json.WriteStartObject();
        json.WriteStartArray("sandboxes");
        foreach (var outcome in outcomes)
        {
            json.WriteStartObject();
            SandboxChoice.WriteNames(json, outcome.Sandbox.Journal);
            if (outcome.Change is { } change)
            {
                json.WriteNumber("kept", change.Kept);
                json.WriteStartArray("attached");
                foreach (var network in change.Attached)
                {
                    json.WriteStartObject();
                    json.WriteString("interface", network.Attachment.InterfaceName);
                    json.WriteString("network", network.Attachment.DisplayName);
                    json.WriteNumber("milliseconds", network.Took.TotalMilliseconds);
                    json.WritePropertyName("result");
                    json.WriteRawValue(CniResultWriter.WriteCompact(network.Result, CniVersion.Latest), skipInputValidation: true);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteStartArray("detached");
                foreach (var attachment in change.Detached)
                {
                    json.WriteStartObject();
                    json.WriteString("interface", attachment.InterfaceName);
                    json.WriteString("network", attachment.DisplayName);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
            if (outcome.Error is { } error)
                ErrorJson.Write(json, error);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
