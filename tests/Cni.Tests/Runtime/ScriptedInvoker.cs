namespace MultiNet.Cni.Tests.Runtime;

/// <summary>An invoker that records calls and answers as a test says.</summary>
internal sealed class ScriptedInvoker : IPluginInvoker
{
    internal List<(string Type, CniCall Call)> Calls { get; } = [];

    internal Func<string, CniCall, CniResult?> Answer { get; init; } = (_, _) => null;

    internal IEnumerable<string> Configs => Calls.Select(call => Json.Text(call.Call.Config.Span));

    public CniResult? Invoke(string type, CniCall call)
    {
        Calls.Add((type, call));
        return Answer(type, call);
    }

    public PluginSource Resolve(string type, IReadOnlyList<string> path) => new(type, null);
}
