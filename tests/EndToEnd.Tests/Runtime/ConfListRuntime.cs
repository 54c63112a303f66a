using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Runtime;

/// <summary>
/// The runtime side of CNI, as a container runtime has it: executes the plugins of a configuration list one after the other in a
/// node and keeps the last result. It checks nothing, so that wrong input reaches the plugins.
/// </summary>
/// <param name="node">Where the plugins run.</param>
/// <param name="cniPath">CNI_PATH: folders of the node, separated by colons. A plugin is taken from the first that has it.</param>
internal sealed class ConfListRuntime(NodeSandbox node, string cniPath)
{
    private readonly Dictionary<(string, string, string), JsonNode> _results = [];

    /// <summary>Takes over the results of another runtime of the same node, so that it can release what the other attached.</summary>
    public void TakeOver(ConfListRuntime other)
    {
        foreach (var (key, result) in other._results)
        {
            _results[key] = result;
        }
    }

    /// <summary>Runs ADD of every plugin, each with the result of the one before, until one fails.</summary>
    /// <returns>The answer of the last one that ran.</returns>
    public async Task<PluginAnswer> AddAsync(JsonObject list, Attachment attachment)
    {
        JsonNode? previous = null;
        var answer = PluginAnswer.Empty;
        foreach (var plugin in Plugins(list))
        {
            answer = await ExecuteAsync("ADD", list, plugin, attachment, previous);
            if (!answer.Succeeded)
            {
                return answer;
            }

            previous = answer.Json;
        }

        _results[Key(list, attachment)] = previous!;
        return answer;
    }

    /// <summary>Runs CHECK of every plugin with the final result of ADD, until one fails.</summary>
    public async Task<PluginAnswer> CheckAsync(JsonObject list, Attachment attachment)
    {
        foreach (var plugin in Plugins(list))
        {
            var answer = await ExecuteAsync("CHECK", list, plugin, attachment, _results.GetValueOrDefault(Key(list, attachment)));
            if (!answer.Succeeded)
            {
                return answer;
            }
        }

        return PluginAnswer.Empty;
    }

    /// <summary>Runs DEL of every plugin in reverse, with the final result of ADD where the version has that, until one fails.</summary>
    public async Task<PluginAnswer> DelAsync(JsonObject list, Attachment attachment)
    {
        var previous = Version(list) < new Version(0, 4) ? null : _results.GetValueOrDefault(Key(list, attachment));
        foreach (var plugin in Plugins(list).Reverse())
        {
            var answer = await ExecuteAsync("DEL", list, plugin, attachment, previous);
            if (!answer.Succeeded)
            {
                return answer;
            }
        }

        return PluginAnswer.Empty;
    }

    /// <summary>Runs a command of one plugin of a list.</summary>
    /// <param name="command">ADD, DEL or CHECK.</param>
    /// <param name="list">The list.</param>
    /// <param name="index">Which plugin.</param>
    /// <param name="attachment">The attachment.</param>
    /// <param name="previous">The result so far, or null.</param>
    /// <param name="tracer">A command that runs the plugin, strace for example; none by default.</param>
    public Task<PluginAnswer> PluginAsync(
        string command, JsonObject list, int index, Attachment attachment, JsonNode? previous, IReadOnlyList<string>? tracer = null) =>
        ExecuteAsync(command, list, Plugins(list).ElementAt(index), attachment, previous, tracer);

    /// <summary>Runs one command of the first plugin without an attachment: VERSION, STATUS or GC.</summary>
    public Task<PluginAnswer> NodeCommandAsync(string command, JsonObject list, JsonArray? validAttachments = null)
    {
        var plugin = Plugins(list).First().DeepClone().AsObject();
        if (validAttachments is not null)
        {
            plugin["cni.dev/valid-attachments"] = validAttachments;
        }

        return RunAsync(plugin["type"]!.GetValue<string>(), Request(list, plugin, [], null), new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = command,
            ["CNI_PATH"] = cniPath,
        });
    }

    /// <summary>Executes a plugin with exactly this environment and input.</summary>
    public async Task<PluginAnswer> RunAsync(
        string type, string input, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string>? tracer = null)
    {
        var folder = cniPath.Split(':').FirstOrDefault(f => Exists($"{f}/{type}"))
            ?? throw new InvalidOperationException($"no plugin {type} in {cniPath}");
        var result = await node.RunAsync([.. tracer ?? [], $"{folder}/{type}"], environment, input);
        return new PluginAnswer(result.ExitCode, result.Output, result.Error);
    }

    private bool Exists(string path)
    {
        // Not File.Exists: the links among the plugins are relative, but a broken one is no plugin.
        var info = new FileInfo(node.Outside(path));
        return info.Exists;
    }

    private Task<PluginAnswer> ExecuteAsync(string command, JsonObject list, JsonObject plugin, Attachment attachment, JsonNode? previous, IReadOnlyList<string>? tracer = null) =>
        RunAsync(plugin["type"]!.GetValue<string>(), Request(list, plugin, attachment.Capabilities, previous), new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = command,
            ["CNI_CONTAINERID"] = attachment.ContainerId,
            ["CNI_NETNS"] = attachment.Netns,
            ["CNI_IFNAME"] = attachment.Interface,
            ["CNI_ARGS"] = attachment.Arguments,
            ["CNI_PATH"] = cniPath,
        }, tracer);

    private static string Request(JsonObject list, JsonObject plugin, JsonObject capabilities, JsonNode? previous)
    {
        var request = plugin.DeepClone().AsObject();
        foreach (var inherited in new[] { "name", "cniVersion" })
        {
            if (list[inherited] is { } value)
            {
                request[inherited] = value.DeepClone();
            }
        }

        var declared = plugin["capabilities"]?.AsObject() ?? [];
        var runtime = new JsonObject();
        foreach (var (name, value) in capabilities.Where(c => declared[c.Key]?.GetValue<bool>() == true))
        {
            runtime[name] = value!.DeepClone();
        }

        if (runtime.Count > 0)
        {
            request["runtimeConfig"] = runtime;
        }

        if (previous is not null)
        {
            request["prevResult"] = previous.DeepClone();
        }

        return request.ToJsonString();
    }

    private static IEnumerable<JsonObject> Plugins(JsonObject list) => list["plugins"]!.AsArray().Select(p => p!.AsObject());

    private static Version Version(JsonObject list) => System.Version.Parse(list["cniVersion"]?.GetValue<string>() ?? "0.1.0");

    private static (string, string, string) Key(JsonObject list, Attachment attachment) =>
        (list["name"]!.GetValue<string>(), attachment.ContainerId, attachment.Interface);
}
