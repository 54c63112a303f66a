using System.Text.Json.Nodes;

namespace MultiNet.Bench;

/// <summary>One side of the comparison of a plugin: where its executables are, and the pod that they work on.</summary>
internal sealed class PluginSide
{
    private const string Reference = "/opt/cni/reference";

    private readonly PluginNetwork _network;
    private readonly string _side;
    private readonly string _number;
    private readonly string _folder;
    private JsonNode? _head;

    /// <param name="network">The plugin.</param>
    /// <param name="side">The side's short name, of which there is a network namespace <c>pod-SIDE</c>.</param>
    /// <param name="number">The side's number.</param>
    /// <param name="folder">The executables.</param>
    public PluginSide(PluginNetwork network, string side, string number, string folder)
    {
        _network = network;
        _side = side;
        _number = number;
        _folder = folder;
        Add = new Sample($"ADD, {network.Name}, {side}");
        Del = new Sample($"DEL, {network.Name}, {side}");
    }

    public Sample Add { get; }

    public Sample Del { get; }

    /// <summary>Makes the interface that a chained plugin works on, by the reference's bridge on both sides.</summary>
    private void Begin()
    {
        if (_network.IsChained)
        {
            _head = Run("ADD", Reference, PluginNetwork.Head, null, null).Result;
        }
    }

    /// <summary>Takes it away.</summary>
    private void End()
    {
        if (_network.IsChained)
        {
            Run("DEL", Reference, PluginNetwork.Head, null, _head);
        }
    }

    /// <summary>Attaches and releases once, on a new interface: the reference's DEL leaves qdiscs and tables behind.</summary>
    public void Round(bool count)
    {
        Begin();
        var (result, add) = Run("ADD", _folder, _network.Plugin, _network.Runtime, _head);
        var (_, del) = Run("DEL", _folder, _network.Plugin, _network.Runtime, result);
        End();
        if (count)
        {
            Add.Add(add);
            Del.Add(del);
        }
    }

    private (JsonNode? Result, TimeSpan Duration) Run(string command, string folder, string plugin, string? runtime, JsonNode? previous)
    {
        var request = JsonNode.Parse(Filled(plugin))!.AsObject();
        request["name"] = "bench";
        request["cniVersion"] = "1.0.0";
        if (!string.IsNullOrEmpty(runtime))
        {
            request["runtimeConfig"] = JsonNode.Parse(Filled(runtime));
        }

        if (previous is not null)
        {
            request["prevResult"] = previous.DeepClone();
        }

        string input = $"/run/bench/{_side}.request", output = $"/run/bench/{_side}.answer";
        File.WriteAllText(input, request.ToJsonString());
        var type = request["type"]!.GetValue<string>();
        var (code, duration) = ChildProcess.Run([$"{folder}/{type}"],
            [
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin", $"CNI_COMMAND={command}", $"CNI_CONTAINERID=bench-{_side}", $"CNI_NETNS=/run/netns/pod-{_side}",
                "CNI_IFNAME=eth0", "CNI_ARGS=", $"CNI_PATH={folder}",
            ],
            input, output);
        var answer = File.ReadAllText(output);
        // What the plugin says on standard error comes before the result.
        var start = answer.IndexOf("{\n", StringComparison.Ordinal);
        return code == 0
            ? (start >= 0 ? JsonNode.Parse(answer[start..]) : null, duration)
            : throw new InvalidOperationException($"{_network.Name}, {_side}: {command} ended with {code}: {answer}");
    }

    private string Filled(string text) => text.Replace("SIDE", _side, StringComparison.Ordinal).Replace("NUMBER", _number, StringComparison.Ordinal);
}
