using System.Text.Json;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.Meta;

/// <summary>A plugin that keeps what it gets, byte for byte, and answers what it was told to answer.</summary>
internal sealed class RecordingPlugin
{
    private readonly NodeSandbox _node;
    private readonly string _type;

    /// <summary>Puts the plugin into a folder of the node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="folder">A folder in CNI_PATH.</param>
    /// <param name="type">Its name.</param>
    /// <param name="result">What it prints on ADD.</param>
    public RecordingPlugin(NodeSandbox node, string folder, string type, string result)
    {
        _node = node;
        _type = type;
        node.Write($"/run/recorded/{type}/result", result);
        node.WriteScript($"{folder}/{type}", $$"""
            #!/bin/sh
            if [ "$CNI_COMMAND" = VERSION ]; then
              echo '{"cniVersion": "1.0.0", "supportedVersions": ["0.3.0", "0.3.1", "0.4.0", "1.0.0"]}'
              exit
            fi
            cat >/run/recorded/{{type}}/$CNI_COMMAND.input
            env >/run/recorded/{{type}}/$CNI_COMMAND.environment
            echo $CNI_COMMAND {{type}} >>/run/recorded/order
            [ "$CNI_COMMAND" != ADD ] || cat /run/recorded/{{type}}/result
            """);
    }

    /// <summary>The standard input of the last call with a command.</summary>
    public JsonElement Input(string command) => JsonDocument.Parse(_node.Read($"/run/recorded/{_type}/{command}.input")).RootElement;

    /// <summary>The environment of the last call with a command.</summary>
    public IReadOnlyDictionary<string, string> Environment(string command) => _node.Read($"/run/recorded/{_type}/{command}.environment")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);

    /// <summary>Each call of all recording plugins of a node, in order: command and type.</summary>
    public static IReadOnlyList<string> Order(NodeSandbox node) => node.Read("/run/recorded/order").Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
