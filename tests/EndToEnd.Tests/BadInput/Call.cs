using System.Text;
using System.Text.Json.Nodes;
using MultiNet.EndToEnd.Tests.Node;

namespace MultiNet.EndToEnd.Tests.BadInput;

/// <summary>One execution of the program: what a runtime, or whoever pretends to be one, hands over.</summary>
internal sealed record Call
{
    /// <summary>The name under which it is executed: <c>multinet</c>, or a link to it.</summary>
    public string Plugin { get; init; } = "multinet";

    /// <summary>The whole environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Standard input.</summary>
    public byte[] Input { get; init; } = [];

    /// <summary>What stands before the program on the command line: <c>setpriv ...</c>.</summary>
    public string Under { get; init; } = "";

    /// <summary>A shell script that runs before, with the same environment: for bytes that only a shell can pass.</summary>
    public string Before { get; init; } = "";

    /// <summary>A call as a runtime makes it for the pod of the tests.</summary>
    public static Call Of(string command, string input, string pod = BadInputNode.Pod) => new()
    {
        Input = Encoding.UTF8.GetBytes(input),
        Environment = new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = command,
            ["CNI_CONTAINERID"] = $"sandbox-of-{pod}",
            ["CNI_NETNS"] = NodeSandbox.Netns(pod),
            ["CNI_IFNAME"] = "eth0",
            ["CNI_ARGS"] = $"IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME={pod}",
            ["CNI_PATH"] = NodeSandbox.BuiltInBin,
        },
    };

    /// <summary>A call with MultiNet's own configuration, with some keys of it changed (null removes one).</summary>
    public static Call Of(string command, JsonObject changes, string pod = BadInputNode.Pod) => Of(command, BadInputNode.Configuration(changes), pod);

    /// <summary>The same with one variable changed; null removes it.</summary>
    public Call With(string variable, string? value)
    {
        var environment = new Dictionary<string, string>(Environment);
        environment.Remove(variable);
        if (value is not null)
        {
            environment[variable] = value;
        }

        return this with { Environment = environment };
    }
}
