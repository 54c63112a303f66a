using System.Text;
using MultiNet.Cni;

namespace MultiNet.Delegates.Tests;

/// <summary>Calls with a configuration, for tests that need no kernel.</summary>
internal static class Context
{
    public static PluginContext Of(string config, string args = "", CniVerb verb = CniVerb.Add) => new(
        new CniCall { Verb = verb, ContainerId = "c1", NetNs = "/nowhere", IfName = "eth0", Args = args, Config = Encoding.UTF8.GetBytes(config) },
        new NoInvoker());

    private sealed class NoInvoker : IPluginInvoker
    {
        public CniResult? Invoke(string type, CniCall call) => throw new InvalidOperationException("nothing may be invoked here");

        public PluginSource Resolve(string type, IReadOnlyList<string> path) => throw new InvalidOperationException("nothing may be resolved here");
    }
}
