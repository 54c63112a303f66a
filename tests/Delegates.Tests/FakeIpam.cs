using System.Text;
using MultiNet.Cni;

namespace MultiNet.Delegates.Tests;

/// <summary>An IPAM plugin that returns what the test says, and notes how it was called.</summary>
internal sealed class FakeIpam : IPluginInvoker
{
    /// <summary>The verbs in the order of the calls, with type and interface: <c>ADD static eth0</c>.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The result of ADD as JSON.</summary>
    public string Result { get; set; } = """{"ips":[{"address":"10.1.2.5/24"}]}""";

    /// <summary>Throws instead, for the verbs of which it returns an error.</summary>
    public Func<CniVerb, CniException?> Failure { get; set; } = _ => null;

    public CniResult? Invoke(string type, CniCall call)
    {
        Calls.Add($"{call.Verb.ToString().ToUpperInvariant()} {type} {call.IfName}");
        if (Failure(call.Verb) is { } failure)
            throw failure;
        return call.Verb == CniVerb.Add ? CniResultReader.Read(Encoding.UTF8.GetBytes(Result), "1.1.0", "result") : null;
    }

    public PluginSource Resolve(string type, IReadOnlyList<string> path) => new(type, null);
}
