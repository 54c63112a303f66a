using System.Text.Json.Nodes;

namespace MultiNet.EndToEnd.Tests.Runtime;

/// <summary>What a runtime says of an attachment next to its configuration.</summary>
internal sealed record Attachment(string ContainerId, string Netns, string Interface = "eth0")
{
    /// <summary>CNI_ARGS, <c>K=V;K2=V2</c>.</summary>
    public string Arguments { get; init; } = "";

    /// <summary>The runtime's values by capability: each plugin gets those that it declares, as <c>runtimeConfig</c>.</summary>
    public JsonObject Capabilities { get; init; } = [];
}
